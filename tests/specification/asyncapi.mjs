// Says, one on a line, what AsyncAPI's own parser finds wrong with a document; its severities 0 are errors.
import { fromFile, Parser } from "@asyncapi/parser";

const { diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
for (const { severity, path, message } of diagnostics) if (severity === 0) console.log(`${path.join(".")}: ${message}`);
