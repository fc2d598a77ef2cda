// Asks STS who we are, with whatever credentials the SDK finds by itself.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

try {
  await new STSClient({}).send(new GetCallerIdentityCommand({}));
  console.log("answered");
} catch (e) {
  console.log(`${e.name}: ${e.message}`);
}
