// The vectors that no one has to draw: what has to be refused, and how long things are.

const TEXTS = ["a", "Hello\n", "é", "e\u0301", "漢字", "\ufffc", "😀", "a😀b", "👩‍💻", "🏳️‍🌈", "𠮷", "\u{10ffff}", "1️⃣"];

export const lengths = [
  ...TEXTS.map((text) => ({ delta: [{ insert: text }], length: text.length })),
  { delta: [{ insert: { image: "https://example.org/a.png" } }], length: 1 },
  { delta: [{ retain: 3, attributes: { bold: true } }, { insert: "😀" }, { delete: 2 }], length: 7 },
  { delta: [], length: 0 },
].map((one, index) => ({ id: `lengths-${index + 1}`, ...one }));

const nested = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** Deltas that mean nothing, as the JSON text that a client might send, and the code that refuses them. */
const MEANINGLESS = [
  ["{}", "bad_delta"],
  ["null", "bad_delta"],
  ['{"ops":[{"insert":"a"}]}', "bad_delta"],
  ["[null]", "bad_delta"],
  ['["a"]', "bad_delta"],
  ["[[]]", "bad_delta"],
  ["[{}]", "bad_delta"],
  ['[{"attributes":{"bold":true}}]', "bad_delta"],
  ['[{"insert":"a","delete":1}]', "bad_delta"],
  ['[{"insert":"a","retain":1}]', "bad_delta"],
  ['[{"insert":"a","extra":1}]', "bad_delta"],
  ['[{"delete":1,"attributes":{"bold":true}}]', "bad_delta"],
  ['[{"insert":""}]', "bad_delta"],
  ['[{"insert":5}]', "bad_delta"],
  ['[{"insert":null}]', "bad_delta"],
  ['[{"insert":true}]', "bad_delta"],
  ['[{"insert":["a"]}]', "bad_delta"],
  ['[{"insert":{}}]', "bad_delta"],
  ['[{"insert":{"image":"a","alt":"b"}}]', "bad_delta"],
  ['[{"retain":0}]', "bad_delta"],
  ['[{"retain":-1}]', "bad_delta"],
  ['[{"retain":1.5}]', "bad_delta"],
  ['[{"retain":"1"}]', "bad_delta"],
  ['[{"retain":true}]', "bad_delta"],
  ['[{"retain":null}]', "bad_delta"],
  ['[{"retain":{"image":"a"}}]', "bad_delta"],
  ['[{"retain":9007199254740992}]', "bad_delta"],
  ['[{"retain":9007199254740991},{"delete":1}]', "bad_delta"],
  ['[{"delete":0}]', "bad_delta"],
  ['[{"delete":-1}]', "bad_delta"],
  ['[{"delete":1.5}]', "bad_delta"],
  ['[{"delete":1e400}]', "bad_delta"],
  ['[{"retain":1,"attributes":null}]', "bad_delta"],
  ['[{"retain":1,"attributes":[]}]', "bad_delta"],
  ['[{"retain":1,"attributes":"bold"}]', "bad_delta"],
  ['[{"retain":1,"attributes":{"x-a":1e400}}]', "bad_delta"],
  ['[{"retain":1,"attributes":{"x-a":NaN}}]', "bad_delta"],
  ['[{"retain":1,"attributes":{"x-a":9007199254740992}}]', "bad_delta"],
  [`[{"retain":1,"attributes":{"x-a":${nested(17)}}}]`, "bad_delta"],
  [`[{"insert":{"x-a":${nested(17)}}}]`, "bad_delta"],
  ['[{"insert":"a\\u0000"}]', "bad_delta"],
  ['[{"insert":{"image":"\\u0000"}}]', "bad_delta"],
  ['[{"insert":"a","attributes":{"x-a":"\\u0000"}}]', "bad_delta"],
  ['[{"insert":"a","attributes":{"x-\\u0000":1}}]', "bad_delta"],
  ['[{"insert":"\\ud83d"}]', "splits_surrogate"],
  ['[{"insert":"a\\ude00"}]', "splits_surrogate"],
  ['[{"insert":"\\ude00\\ud83d"}]', "splits_surrogate"],
  ['[{"insert":{"image":"\\ud83d"}}]', "splits_surrogate"],
  ['[{"insert":"a","attributes":{"x-a":"\\ud83d"}}]', "splits_surrogate"],
];

/** Changes that mean nothing on this document. */
const MISPLACED = [
  ['[{"delete":6}]', "beyond_end"],
  ['[{"retain":6},{"insert":"x"}]', "beyond_end"],
  ['[{"retain":6,"attributes":{"bold":true}}]', "beyond_end"],
  ['[{"retain":5},{"delete":1}]', "beyond_end"],
  ['[{"delete":5}]', "final_newline"],
  ['[{"retain":4},{"delete":1}]', "final_newline"],
  ['[{"retain":5},{"insert":"x"}]', "final_newline"],
  ['[{"delete":5},{"insert":"other\\n"}]', "final_newline"],
  ['[{"retain":2},{"insert":"x"}]', "splits_surrogate"],
  ['[{"retain":1},{"delete":1}]', "splits_surrogate"],
  ['[{"retain":2,"attributes":{"bold":true}}]', "splits_surrogate"],
];

const DOCUMENT = [{ insert: "a😀b\n" }];

export const refused = [
  ...MEANINGLESS.map(([json, code]) => ({ json, code })),
  ...MISPLACED.map(([json, code]) => ({ document: DOCUMENT, json, code })),
].map((one, index) => ({ id: `refused-${index + 1}`, ...one }));

/** What JSON leaves open and RFC 8785 settles, each with the text that is digested; and what canonical form settles before. */
export const digests = [
  [[{ insert: "\n" }], '[{"insert":"\\n"}]'],
  [[{ insert: "a" }, { insert: "b\n" }], '[{"insert":"ab\\n"}]'],
  [[{ insert: "a\n", attributes: {} }], '[{"insert":"a\\n"}]'],
  [
    [{ insert: "a", attributes: { bold: true } }, { insert: "b", attributes: { bold: true } }, { insert: "\n" }],
    '[{"attributes":{"bold":true},"insert":"ab"},{"insert":"\\n"}]',
  ],
  [
    [{ insert: '"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028é😀\n' }],
    '[{"insert":"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\u2028é😀\\n"}]',
  ],
  [
    [{ insert: "\n", attributes: { "x-\uffff": 1, "x-😀": 2, "x-b": 3, "x-10": 4, "x-9": 5, 10: 6, 9: 7 } }],
    '[{"attributes":{"10":6,"9":7,"x-10":4,"x-9":5,"x-b":3,"x-😀":2,"x-\uffff":1},"insert":"\\n"}]',
  ],
  ...[
    ["1.0", "1"],
    ["-0.0", "0"],
    ["1.50", "1.5"],
    ["-12345.678", "-12345.678"],
    ["0.000001", "0.000001"],
    ["0.0000001", "1e-7"],
    ["1.25e-7", "1.25e-7"],
    ["1e21", "1e+21"],
    ["1.5e300", "1.5e+300"],
    ["5e-324", "5e-324"],
    ["9007199254740991", "9007199254740991"],
    ["0.1", "0.1"],
  ].map(([written, text]) => [
    [{ insert: "\n", attributes: { "x-a": JSON.parse(written) } }],
    `[{"attributes":{"x-a":${text}},"insert":"\\n"}]`,
  ]),
].map(([contents, json], index) => ({ id: `digests-${index + 1}`, contents, json }));
