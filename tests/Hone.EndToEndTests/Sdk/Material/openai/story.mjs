// A user's whole story with OpenAI's own client, unchanged but for address and key (OPENAI_BASE_URL, OPENAI_API_KEY, which it reads by itself).
// Prints what it saw as one line of JSON.
import OpenAI, { toFile } from "openai";

const client = new OpenAI();
const base = process.argv[2];
const seen = {};

const rows = [1, 2, 3, 4].map((n) => JSON.stringify({
  messages: [{ role: "user", content: `${n} + ${n} = ?` }],
  reference_answer: String(2 * n),
}));
const file = await client.files.create({ file: await toFile(Buffer.from(rows.join("\n") + "\n"), "train.jsonl"), purpose: "fine-tune" });
seen.file = await client.files.retrieve(file.id);
seen.content = await (await client.files.content(file.id)).text() === rows.join("\n") + "\n";

const grader = { type: "string_check", name: "exact", input: "{{sample.output_text}}", reference: "{{item.reference_answer}}", operation: "eq" };
seen.trial = await client.fineTuning.alpha.graders.run({ grader, model_sample: "4", item: { reference_answer: "4" } });
seen.valid = (await client.fineTuning.alpha.graders.validate({ grader })).grader?.type;

let job = await client.fineTuning.jobs.create({
  model: base,
  training_file: file.id,
  suffix: "story",
  seed: 7,
  metadata: { project: "story" },
  method: { type: "reinforcement", reinforcement: { grader, hyperparameters: { n_epochs: 1, batch_size: 2, compute_multiplier: 0.5 } } },
});
seen.created = job;
while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
  await new Promise((done) => setTimeout(done, 50));
  job = await client.fineTuning.jobs.retrieve(job.id);
}
seen.job = job;

seen.listed = [];
for await (const one of client.fineTuning.jobs.list({ limit: 1, metadata: { project: "story" } })) seen.listed.push(one.id);
seen.events = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 2 })) seen.events.push(event);
seen.checkpoints = [];
for await (const checkpoint of client.fineTuning.jobs.checkpoints.list(job.id, { limit: 1 })) seen.checkpoints.push(checkpoint);

const model = job.fine_tuned_model;
const question = "Ann buys 9 balls. 3 friends share them. How many balls does each get?";
const messages = [{ role: "user", content: question }];
seen.chat = await client.chat.completions.create({ model, messages, seed: 1, max_completion_tokens: 8, logprobs: true, top_logprobs: 2 });
seen.fromCheckpoint = (await client.chat.completions.create({ model: seen.checkpoints[0].fine_tuned_model_checkpoint, messages, max_tokens: 4 })).object;

seen.streamed = "";
for await (const chunk of await client.chat.completions.create({
  model, messages, seed: 1, max_completion_tokens: 8, stream: true, stream_options: { include_usage: true },
})) {
  seen.streamed += chunk.choices[0]?.delta?.content ?? "";
  seen.usage = chunk.usage ?? seen.usage;
}

const response = await client.responses.create({ model, input: question, seed: 1, max_output_tokens: 8 });
seen.response = response.output_text;
seen.responseEvents = [];
for await (const event of await client.responses.create({ model, input: question, seed: 1, max_output_tokens: 8, stream: true })) {
  seen.responseEvents.push(event.type);
}

seen.completion = (await client.completions.create({ model, prompt: "1 + 1 =", max_tokens: 4, seed: 1 })).choices[0].text;
seen.models = [];
for await (const one of client.models.list()) seen.models.push(one.id);
seen.retrieved = (await client.models.retrieve(model)).owned_by;

try {
  await client.chat.completions.create({ model, messages, no_such_key: 1 });
} catch (refused) {
  seen.refused = { status: refused.status, code: refused.code, param: refused.param, kind: refused.constructor.name, id: Boolean(refused.requestID) };
}

seen.modelDeleted = (await client.models.delete(model)).deleted;
seen.fileDeleted = (await client.files.delete(file.id)).deleted;
console.log(JSON.stringify(seen));
