// Prints what is wrong with the OpenAPI document at the address that is given, and which version of OpenAPI it was held against.
import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const { valid, errors } = await validator.validate(await (await fetch(process.argv[2])).json());
console.log(JSON.stringify({ valid, errors: errors ?? null, version: validator.version ?? null }));
