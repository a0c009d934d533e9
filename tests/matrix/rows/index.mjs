// All rows of the matrix, in the order of the table. Every row here must run.
import angular from "./angular.mjs";
import browsers from "./browsers.mjs";
import bundlers from "./bundlers.mjs";
import next from "./next.mjs";
import nuxt from "./nuxt.mjs";
import servers from "./servers.mjs";
import testrunners from "./testrunners.mjs";
import vite from "./vite.mjs";
import workers from "./workers.mjs";

export const ROWS = [...servers, ...testrunners, ...workers, ...browsers, ...bundlers, ...vite, ...angular, ...next, ...nuxt];
