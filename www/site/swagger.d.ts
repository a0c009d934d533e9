// The few parts of Swagger UI that the page uses; its distribution has no types.
export interface System {
  readonly React: { createElement(type: unknown, props: object, ...children: unknown[]): unknown };
  getComponent(name: string, container?: boolean): unknown;
}

export interface ListedContentTypes {
  readonly contentTypes?: { first(): string };
}
