// Runs every suite against one server and prints what passed.
import { start } from "./server.mjs";
import { House } from "./house.mjs";
import { administration } from "./suites/administration.mjs";
import { form } from "./suites/form.mjs";
import { live } from "./suites/live.mjs";
import { people } from "./suites/people.mjs";
import { triage } from "./suites/triage.mjs";

const server = await start();
const house = new House(server, process.argv[2] ?? "");
let failed = true;
try {
  await house.open();
  await form(house);
  await triage(house);
  await people(house);
  await live(house);
  await administration(house);
  failed = house.summary() > 0;
} catch (error) {
  console.error(error);
  house.summary();
} finally {
  await house.close();
  await server.stop();
}
process.exit(failed ? 1 : 0);
