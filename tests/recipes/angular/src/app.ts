import { Component, computed, inject, resource } from "@angular/core";
import { isAyrshareError } from "ayrshare-user";
import { Ayrshare } from "./ayrshare";

@Component({
  selector: "app-root",
  template: `
    @if (problem(); as problem) {
      <p role="alert">{{ problem }}</p>
    } @else if (user.hasValue()) {
      <ul>
        @for (account of user.value().displayNames; track account.platform) {
          <li>{{ account.platform }}: {{ account.displayName }}</li>
        }
      </ul>
    } @else {
      <p>Loading …</p>
    }
  `,
})
export class App {
  private readonly ayrshare = inject(Ayrshare);
  readonly user = resource({ loader: ({ abortSignal }) => this.ayrshare.getUser({}, { signal: abortSignal }) });
  readonly problem = computed(() => {
    const error = this.user.error();
    return isAyrshareError(error) ? `${error.kind}: ${error.message}` : error?.message;
  });
}
