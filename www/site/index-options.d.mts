import type { Options } from "minisearch";

export declare const INDEX_OPTIONS: Options;
export declare function tokenize(text: string): string[];
