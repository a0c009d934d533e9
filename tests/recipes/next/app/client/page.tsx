"use client";
import { AyrshareUser, isAyrshareError, type AyrshareError, type User } from "ayrshare-user";
import { useEffect, useState } from "react";
import { Accounts } from "../accounts";

const ayrshare = new AyrshareUser({ baseUrl: "/ayrshare" });

export default function Page() {
  const [user, setUser] = useState<User>();
  const [error, setError] = useState<AyrshareError>();

  useEffect(() => {
    const leaving = new AbortController();
    ayrshare.getUser({}, { signal: leaving.signal }).then(setUser, (thrown) => {
      if (isAyrshareError(thrown) && thrown.kind !== "aborted") setError(thrown);
    });
    return () => leaving.abort();
  }, []);

  if (error) return <p role="alert">{`${error.kind}: ${error.message}`}</p>;
  return user ? <Accounts accounts={user.displayNames} /> : <p>Loading …</p>;
}
