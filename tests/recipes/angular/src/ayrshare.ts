import { Injectable } from "@angular/core";
import { AyrshareUser } from "ayrshare-user";

@Injectable({ providedIn: "root" })
export class Ayrshare extends AyrshareUser {
  constructor() {
    super({ baseUrl: "/ayrshare" });
  }
}
