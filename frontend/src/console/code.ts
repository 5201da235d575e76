/** What was said in a session, as programs that say it again. The token stays outside of them. */

export type Language = "websocat" | "python" | "typescript";
export type Frame = { type: string; [name: string]: unknown };

/** Which frames answer one, so that a program goes on when they have come. */
const ANSWERS: Record<string, string[]> = {
  hello: ["welcome"],
  submit: ["revisions", "ack", "rejected", "slow_down"],
  fetch: ["revisions"],
  check: ["checked"],
  ping: ["pong"],
};

/** A program in `language` that says these frames at `url`, as a client of its own called `clientId`. */
export function code(language: Language, url: string, said: Frame[], clientId: string): string {
  const frames = said.filter((frame) => frame.type !== "seen").map((frame) => anew(frame, clientId));
  const lines = { websocat, python, typescript }[language](url, frames);
  return `${lines.join("\n")}\n`;
}

function anew(frame: Frame, clientId: string): Frame {
  if (frame.type !== "hello") return frame;
  const { token: _, ...rest } = frame;
  return { ...rest, client_id: clientId } as Frame;
}

function websocat(url: string, frames: Frame[]): string[] {
  const said = frames.flatMap((frame) => [`    printf '%s\\n' ${quoted(JSON.stringify(frame))}`, "    sleep 1"]);
  return [
    "# TOKEN is a token of yours. See https://github.com/vi/websocat",
    "(",
    ...said,
    `) | websocat -H="Authorization: Bearer $TOKEN" ${quoted(url)}`,
  ];
}

/** A word of the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function python(url: string, frames: Frame[]): string[] {
  return [
    "# TOKEN is a token of yours. Needs: pip install websockets",
    "import asyncio",
    "import json",
    "import os",
    "",
    "from websockets.asyncio.client import connect",
    "",
    `URL = ${JSON.stringify(url)}`,
    "FRAMES = [",
    ...frames.map((frame) => `    ${pythonic(frame)},`),
    "]",
    `ANSWERS = ${pythonic(ANSWERS)}`,
    "",
    "",
    "async def main():",
    '    headers = {"Authorization": f"Bearer {os.environ[\'TOKEN\']}"}',
    '    async with connect(URL, additional_headers=headers, subprotocols=["deltapad.v1"], max_size=None) as socket:',
    "        for frame in FRAMES:",
    "            await socket.send(json.dumps(frame))",
    '            while frame["type"] in ANSWERS:',
    "                text = await socket.recv()",
    "                print(text)",
    '                if json.loads(text)["type"] in ANSWERS[frame["type"]]:',
    "                    break",
    "",
    "",
    "asyncio.run(main())",
  ];
}

/** A value as Python writes it. */
function pythonic(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonic).join(", ")}]`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)}: ${pythonic(field)}`)
    .join(", ")}}`;
}

function typescript(url: string, frames: Frame[]): string[] {
  return [
    "// TOKEN is a token of yours. Runs in Node 22.18 and newer.",
    "type Frame = { type: string; [name: string]: unknown };",
    "",
    `const url = ${JSON.stringify(url)};`,
    "const frames: Frame[] = [",
    ...frames.map((frame) => `  ${JSON.stringify(frame)},`),
    "];",
    `const answers: Record<string, string[]> = ${JSON.stringify(ANSWERS)};`,
    "",
    'const socket = new WebSocket(url, ["deltapad.v1"]);',
    "let said = 0;",
    "",
    "function goOn(): void {",
    "  const frame = frames[said];",
    "  if (!frame) return socket.close();",
    '  const whole = frame.type === "hello" ? { ...frame, token: process.env.TOKEN } : frame;',
    "  socket.send(JSON.stringify(whole));",
    "  if (!answers[frame.type]) next();",
    "}",
    "",
    "function next(): void {",
    "  said += 1;",
    "  goOn();",
    "}",
    "",
    "socket.onopen = goOn;",
    "socket.onmessage = ({ data }) => {",
    "  console.log(data);",
    '  if (answers[frames[said]?.type ?? ""]?.includes(JSON.parse(data).type)) next();',
    "};",
  ];
}
