// An OpenID provider that others wrote (oidc-provider, certified by the OpenID
// Foundation), and the credential server API beside it.  Logins and consents
// are its own pages; any name and password will do.
//
// There is a public client, whose refresh tokens rotate, and one that is for
// devices and gives its secret in the form.
//
// It prints "ready URL", then a line for each request: method, path, status.

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const ROLES = ["123456789012/Dev", "210987654321/ReadOnly"];
const LIFE = 3600;
const MAX_BODY = 65536;
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const url = `http://127.0.0.1:${server.address().port}/`;

const provider = new Provider(url.slice(0, -1), {
  clients: [
    {
      client_id: "mairu-real",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      // Any port will do (RFC 8252, section 7.3).
      redirect_uris: ["http://127.0.0.1/oauth2callback"],
    },
    {
      client_id: "mairu-device",
      client_secret: "a device:secret/+%&=",
      application_type: "native",
      token_endpoint_auth_method: "client_secret_post",
      grant_types: [DEVICE_CODE, "refresh_token"],
      response_types: [],
      redirect_uris: [],
    },
  ],
  cookies: { keys: [randomBytes(32).toString("hex")] },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  scopes: ["openid", "offline_access", "profile"],
  ttl: {
    AccessToken: LIFE,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Grant: LIFE,
    RefreshToken: LIFE,
    Session: LIFE,
  },
});

const canary = (kind) => `CANARY-${kind}-${randomBytes(24).toString("hex")}`;
let number = 0;

// The login that a bearer token stands for, as introspection would say.
async function introspect(request) {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization) ?? [];
  const found = token && (await provider.AccessToken.find(token));
  const good =
    found?.isValid &&
    ["mairu-real", "mairu-device"].includes(found.clientId) &&
    found.scopes.has("profile");
  return good ? found.accountId : undefined;
}

async function bodyOf(request) {
  let text = "";
  for await (const part of request) {
    text += part;
    if (text.length > MAX_BODY) throw new Error("the body is too large");
  }
  return text;
}

async function assumeRole(request) {
  if (!(await introspect(request))) return [401, "log in first\n"];
  if (request.headers["content-type"] !== "application/json")
    return [400, "this is no JSON\n"];
  let role;
  try {
    role = JSON.parse(await bodyOf(request)).Role;
  } catch (e) {
    return [400, `${e.message}\n`];
  }
  if (!ROLES.includes(role)) return [404, "there is no such role\n"];
  const name = role.split("/")[1].toUpperCase().padEnd(8, "X");
  number += 1;
  return [
    200,
    {
      Version: 1,
      AccessKeyId: `ASIAFAKE${name}${String(number).padStart(4, "0")}`,
      SecretAccessKey: canary("secret").slice(0, 40),
      SessionToken: canary("session"),
      Expiration: new Date(Date.now() + LIFE * 1000)
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
    },
  ];
}

async function roles(request) {
  if (!(await introspect(request))) return [401, "log in first\n"];
  return [200, { Roles: ROLES.map((Name) => ({ Name })) }];
}

const ours = { "POST /assume-role": assumeRole, "GET /roles": roles };
const theirs = provider.callback();

server.on("request", async (request, response) => {
  const path = request.url.split("?")[0];
  response.on("finish", () =>
    console.log(request.method, path, response.statusCode),
  );
  const handle = ours[`${request.method} ${path}`];
  if (!handle) return theirs(request, response);
  const [status, answer] = await handle(request);
  const json = typeof answer !== "string";
  response.writeHead(status, {
    "Content-Type": json ? "application/json" : "text/plain",
  });
  response.end(json ? JSON.stringify(answer) : answer);
});

console.log("ready", url);
