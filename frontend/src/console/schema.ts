/**
 * What a message has to be, by the JSON Schema that the server serves: as much of JSON Schema as that one uses. The
 * server judges more (a Delta's canonical form, what a document may hold); this is for while one types.
 */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  type?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  unevaluatedProperties?: boolean;
  minProperties?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** What is wrong with `value`, as one line that begins with where; undefined where it fits. */
export function misfit(value: unknown, schema: Schema, root: Schema, where = ""): string | undefined {
  if (schema.$ref) return misfit(value, resolved(schema, root), root, where);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return misfitOfAll(value, choices, root, where);
  if (schema.const !== undefined && value !== schema.const) return told(where, JSON.stringify(schema.const));
  if (schema.enum && !schema.enum.includes(value)) return told(where, schema.enum.map(String).join(", "));
  if (schema.type && !isOfType(value, schema.type)) return told(where, schema.type);
  if (typeof value === "number") return misfitOfNumber(value, schema, where);
  if (typeof value === "string") return misfitOfText(value, schema, where);
  if (Array.isArray(value))
    return firstOf(value.map((item, at) => misfitOfItem(item, schema, root, `${where}[${at}]`)));
  if (isRecord(value)) return misfitOfObject(value, schema, root, where);
  return undefined;
}

/** What a reference means; `unevaluatedProperties` beside it closes what it names. */
function resolved({ $ref, unevaluatedProperties }: Schema, root: Schema): Schema {
  const schema = root.$defs?.[$ref?.replace("#/$defs/", "") ?? ""];
  if (!schema) throw new Error(`The schema has no ${$ref}`);
  return unevaluatedProperties === false ? { ...schema, additionalProperties: false } : schema;
}

/** Of several that it may be, the one that it means to be: with its `type`, or with the fields that it has. */
function misfitOfAll(value: unknown, choices: Schema[], root: Schema, where: string): string | undefined {
  const schemas = choices.map((choice) => (choice.$ref ? resolved(choice, root) : choice));
  const misfits = schemas.map((schema) => misfit(value, schema, root, where));
  if (misfits.includes(undefined)) return undefined;
  if (!isRecord(value)) return misfits[0];
  const kinds = schemas.map((schema) => schema.properties?.type?.const).filter((kind) => kind !== undefined);
  const meant = schemas.findIndex((schema) =>
    kinds.length > 0 ? schema.properties?.type?.const === value.type : schema.required?.every((name) => name in value),
  );
  if (meant >= 0) return misfits[meant];
  return told(`${where}.type`, kinds.length > 0 ? kinds.join(", ") : misfits.join("; "));
}

function misfitOfNumber(value: number, schema: Schema, where: string): string | undefined {
  if (value < (schema.minimum ?? -Infinity)) return told(where, `≥ ${schema.minimum}`);
  if (value > (schema.maximum ?? Infinity)) return told(where, `≤ ${schema.maximum}`);
  if (value <= (schema.exclusiveMinimum ?? -Infinity)) return told(where, `> ${schema.exclusiveMinimum}`);
  return undefined;
}

function misfitOfText(value: string, schema: Schema, where: string): string | undefined {
  const { length } = Array.from(value);
  if (length < (schema.minLength ?? 0)) return told(where, `length ≥ ${schema.minLength}`);
  if (length > (schema.maxLength ?? Infinity)) return told(where, `length ≤ ${schema.maxLength}`);
  if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) return told(where, schema.pattern);
  return undefined;
}

function misfitOfItem(item: unknown, schema: Schema, root: Schema, where: string): string | undefined {
  return schema.items ? misfit(item, schema.items, root, where) : undefined;
}

function misfitOfObject(
  value: Record<string, unknown>,
  schema: Schema,
  root: Schema,
  where: string,
): string | undefined {
  const known = schema.properties ?? {};
  const missing = schema.required?.find((name) => !(name in value));
  if (missing) return told(`${where}.${missing}`, "required");
  const more = Object.keys(value).filter((name) => !(name in known));
  if (schema.additionalProperties === false && more[0]) return told(`${where}.${more[0]}`, "unknown");
  const size = Object.keys(value).length;
  if (size < (schema.minProperties ?? 0)) return told(where, `fields ≥ ${schema.minProperties}`);
  if (size > (schema.maxProperties ?? Infinity)) return told(where, `fields ≤ ${schema.maxProperties}`);
  const rest = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  return firstOf(
    Object.entries(value).map(([name, field]) => misfit(field, known[name] ?? rest, root, `${where}.${name}`)),
  );
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isSafeInteger(value);
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isRecord(value);
  return typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstOf(misfits: (string | undefined)[]): string | undefined {
  return misfits.find((one) => one !== undefined);
}

function told(where: string, wanted: string): string {
  return `${where.replace(/^\./u, "") || "message"}: ${wanted}`;
}
