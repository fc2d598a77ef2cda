// Says which access key the SDK finds by itself; nobody is asked for more.
import { STSClient } from "@aws-sdk/client-sts";

try {
  const found = await new STSClient({}).config.credentials();
  console.log(found.accessKeyId);
} catch (e) {
  console.log(`${e.name}: ${e.message}`);
}
