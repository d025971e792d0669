// csp_evaluator over one policy: prints every remark, exit 1 if one is above information.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const require = createRequire(join(resolve(process.env.SCAN_NODE), "package.json"));
const { CspEvaluator } = require("csp_evaluator");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Severity } = require("csp_evaluator/dist/finding.js");

// 'self' is said to be a risk where a site serves what others uploaded, JSONP or Angular. Intake serves its own six files, by their hash.
const KNOWN = [["script-src", "'self'"]];

const remarks = new CspEvaluator(new CspParser(process.argv[2]).csp).evaluate();
const known = (remark) => KNOWN.some(([directive, value]) => remark.directive === directive && remark.value === value);
const above = (remark) => remark.severity < Severity.INFO && remark.severity !== Severity.STRICT_CSP && !known(remark);
for (const remark of remarks) {
  console.log(`  ${Severity[remark.severity]}${known(remark) ? " (known)" : ""} ${remark.directive} ${remark.value ?? ""}: ${remark.description}`);
}
process.exit(remarks.some(above) ? 1 : 0);
