// Reads questions from standard input, one JSON document a line: {"library", "secret", "headers",
// "body" (base64)}. Answers each with a line: "accepted", or "refused: " and why.
import { createInterface } from "node:readline";
import * as standard from "standardwebhooks";
import * as svix from "svix";
import * as old from "svix-of-old";

const libraries = { standardwebhooks: standard, svix, "svix-of-old": old };

function answer({ library, secret, headers, body }) {
  const { Webhook } = libraries[library].Webhook ? libraries[library] : libraries[library].default;
  try {
    new Webhook(secret).verify(Buffer.from(body, "base64"), headers);
    return "accepted";
  } catch (error) {
    return `refused: ${error.message}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(answer(JSON.parse(line)));
}
