// Every method of OpenAI's client that the service answers, the types of its answers, and its errors as the client sees them.
import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";
import { typed, typeProblems } from "../typed.mjs";
import { graders } from "./graders.mjs";

const client = new OpenAI();
const base = process.argv[2];
const ended = ["succeeded", "failed", "cancelled"];
const upload = async (rows, more) => typed("OpenAI.Files.FileObject", await client.files.create({
  file: await toFile(Buffer.from(rows.map((row) => JSON.stringify(row) + "\n").join("")), "rows.jsonl"), purpose: "fine-tune", ...more,
}));
const all = async (page) => {
  const found = [];
  for await (const one of page) found.push(one);
  return found;
};
const ids = (list) => list.map((one) => one.id);

// Files.
const sums = [1, 2, 3, 4].map((n) => ({ messages: [{ role: "user", content: `${n} + ${n} = ?` }], reference_answer: String(2 * n) }));
const training = await upload(sums);
const validation = await upload(sums.slice(0, 2), { purpose: "user_data", expires_after: { anchor: "created_at", seconds: 3600 } });
assert.equal(validation.expires_at - validation.created_at, 3600);
assert.deepEqual(ids(await all(client.files.list({ limit: 1, order: "asc" }))), [training.id, validation.id]);
assert.deepEqual(ids(typed("OpenAI.Files.FileObject[]", (await client.files.list({ purpose: "user_data" })).data)), [validation.id]);
assert.equal(typed("OpenAI.Files.FileObject", await client.files.retrieve(training.id)).bytes, training.bytes);
assert.deepEqual((await (await client.files.content(training.id)).text()).trim().split("\n").map(JSON.parse), sums);
assert.equal((await client.files.waitForProcessing(training.id)).status, "processed");

// Graders.
const item = { reference_answer: "4" };
for (const { grader, typedAs = "OpenAI.FineTuning.Alpha.GraderValidateResponse", rewards } of graders(base)) {
  const valid = await client.fineTuning.alpha.graders.validate({ grader });
  assert.deepEqual(typedAs ? typed(typedAs, valid).grader : valid.grader, grader);
  for (const [sample, reward] of Object.entries(rewards)) {
    const run = typed("OpenAI.FineTuning.Alpha.GraderRunResponse", await client.fineTuning.alpha.graders.run({ grader, model_sample: sample, item }));
    assert.deepEqual(Object.entries(run.metadata.errors).filter(([, value]) => value), [], `${grader.type}: ${run.metadata.reason}`);
    reward === null ? assert.ok(run.reward >= 0 && run.reward <= 1) : assert.equal(run.reward, reward, `${grader.type} of ${sample}`);
  }
}
const failing = { type: "python", name: "fails", source: "def grade(sample, item):\n    return 1 / 0\n" };
const failed = typed("OpenAI.FineTuning.Alpha.GraderRunResponse", await client.fineTuning.alpha.graders.run({ grader: failing, model_sample: "4", item }));
assert.ok(failed.metadata.errors.python_grader_runtime_error && failed.metadata.errors.python_grader_runtime_error_details.includes("ZeroDivisionError"));

// Jobs: one with a grader of graders, one supervised.
const job = (reinforcement, more) => ({
  model: base, training_file: training.id, suffix: "methods", seed: 7, metadata: { project: "methods" },
  method: { type: "reinforcement", reinforcement }, ...more,
});
const create = async (body, options) => typed("OpenAI.FineTuning.FineTuningJob", await client.fineTuning.jobs.create(body, options));
async function end(job) {
  while (!ended.includes(job.status)) {
    await new Promise((done) => setTimeout(done, 50));
    job = typed("OpenAI.FineTuning.FineTuningJob", await client.fineTuning.jobs.retrieve(job.id));
  }
  return job;
}
const [exact, python] = graders(base).map((one) => one.grader);
const multi = { type: "multi", name: "both", calculate_output: "0.5 * both", graders: { ...exact, name: "both" } };
const quick = { n_epochs: 1, batch_size: 2, compute_multiplier: 0.5, eval_interval: 1, eval_samples: 1, learning_rate_multiplier: "auto", reasoning_effort: "default" };
const body = job({ grader: multi, hyperparameters: quick }, { validation_file: validation.id });
const first = await create(body, { headers: { "Idempotency-Key": "methods-1" } });
assert.equal((await create(body, { headers: { "Idempotency-Key": "methods-1" } })).id, first.id);
const scripted = await create(job({ grader: python, hyperparameters: quick }));
const answered = await upload(sums.map((row) => ({ messages: [...row.messages, { role: "assistant", content: row.reference_answer }] })));
const supervised = await create({ model: base, training_file: answered.id, method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 1, batch_size: 2 } } } });
const unanswered = await create({ model: base, training_file: training.id, hyperparameters: { n_epochs: 1 } });
const tuned = await end(first);
for (const one of [tuned, await end(scripted), await end(supervised)]) assert.equal(one.status, "succeeded", JSON.stringify(one.error));
const refused = await end(unanswered);
assert.equal(refused.status, "failed");
assert.match(refused.error.message, /^training\.jsonl, line 1: /);

const events = typed("OpenAI.FineTuning.FineTuningJobEvent[]", await all(client.fineTuning.jobs.listEvents(tuned.id, { limit: 3 })));
assert.equal(new Set(ids(events)).size, events.length);
assert.ok(events.some((event) => event.type === "metrics" && event.data.step === 1));
const checkpoints = typed("OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint[]", await all(client.fineTuning.jobs.checkpoints.list(tuned.id, { limit: 1 })));
assert.equal(checkpoints[0].fine_tuned_model_checkpoint, `${tuned.fine_tuned_model}:ckpt-step-${checkpoints[0].step_number}`);
assert.deepEqual(ids(await all(client.fineTuning.jobs.list({ limit: 2 }))), ids([unanswered, supervised, scripted, first]));
assert.deepEqual(ids(await all(client.fineTuning.jobs.list({ metadata: { project: "methods" } }))), ids([scripted, first]));

// One that would go on for long: paused, gone on with, ended.
const endless = { ...quick, n_epochs: 50, batch_size: 1, eval_interval: 100000, compute_multiplier: 2 };
const many = await upload(Array.from({ length: 400 }, (_, n) => ({ messages: [{ role: "user", content: `${n} + 1 = ?` }], reference_answer: "1" })));
const long = await create(job({ grader: { ...exact, operation: "ilike", reference: "1" }, hyperparameters: endless }, { training_file: many.id }));
while ((await client.fineTuning.jobs.listEvents(long.id)).data.every((event) => event.type !== "metrics")) await new Promise((done) => setTimeout(done, 50));
assert.equal((await client.fineTuning.jobs.pause(long.id)).status, "paused");
assert.notEqual(typed("OpenAI.FineTuning.FineTuningJob", await client.fineTuning.jobs.resume(long.id)).status, "paused");
assert.equal(typed("OpenAI.FineTuning.FineTuningJob", await client.fineTuning.jobs.cancel(long.id)).status, "cancelled");

// Chat completions.
const model = tuned.fine_tuned_model;
const messages = [{ role: "user", content: "Joy has a box of 21 figs. Soon she has 3 times as many. How many figs are there now?" }];
const chat = (more) => client.chat.completions.create({ model, messages, seed: 1, max_completion_tokens: 16, ...more });
const whole = typed("OpenAI.Chat.ChatCompletion", await chat({ n: 2, logprobs: true, top_logprobs: 2 }));
assert.equal(whole.choices.length, 2);
assert.deepEqual((await chat({ n: 2 })).choices.map((one) => one.message.content), whole.choices.map((one) => one.message.content));
const written = whole.choices[0].message.content;
assert.ok(written.length > 1);
assert.equal((await chat({ stop: written.at(-1) })).choices[0].message.content, written.split(written.at(-1))[0]);
const stream = client.chat.completions.stream({ model, messages, seed: 1, max_completion_tokens: 16, stream_options: { include_usage: true } });
for await (const chunk of stream) typed("OpenAI.Chat.ChatCompletionChunk", chunk);
assert.equal((await stream.finalChatCompletion()).choices[0].message.content, written);
assert.equal((await stream.totalUsage()).total_tokens, (await chat()).usage.total_tokens);

const parameters = { type: "object", properties: { a: { enum: [1, 2] }, b: { enum: [1, 2] } }, required: ["a", "b"], additionalProperties: false };
const tools = [{ type: "function", function: { name: "add", description: "Adds two numbers.", strict: true, parameters } }];
const called = typed("OpenAI.Chat.ChatCompletion", await chat({ tools, tool_choice: "required", max_completion_tokens: 64 })).choices[0];
assert.equal(called.finish_reason, "tool_calls");
const [call] = called.message.tool_calls;
assert.ok([2, 3, 4].includes(Object.values(JSON.parse(call.function.arguments)).reduce((sum, n) => sum + n)));
typed("OpenAI.Chat.ChatCompletion", await chat({ messages: [...messages, called.message, { role: "tool", tool_call_id: call.id, content: "2" }], tools }));
const calling = client.chat.completions.stream({ model, messages, seed: 1, max_completion_tokens: 64, tools, tool_choice: { type: "function", function: { name: "add" } } });
for await (const chunk of calling) typed("OpenAI.Chat.ChatCompletionChunk", chunk);
assert.equal((await calling.finalChatCompletion()).choices[0].message.tool_calls[0].function.arguments, call.function.arguments);
const schema = { type: "object", properties: { sum: { enum: [1, 2, 3] } }, required: ["sum"], additionalProperties: false };
const shaped = await client.chat.completions.parse({
  model, messages, max_completion_tokens: 64, response_format: { type: "json_schema", json_schema: { name: "sum", strict: true, schema } },
});
assert.ok(schema.properties.sum.enum.includes(JSON.parse(shaped.choices[0].message.content).sum));

// Responses. Their output_text is made by the client, of whole answers only.
const respond = { model, input: "1 + 1 = ?", temperature: 0, max_output_tokens: 64 };
const functions = tools.map((tool) => ({ type: "function", ...tool.function }));
const response = typed("OpenAI.Responses.Response", await client.responses.create({ ...respond, instructions: "Add.", metadata: { a: "b" }, user: "me" }));
assert.equal(response.status, "completed");
const asked = typed("OpenAI.Responses.Response", await client.responses.create({ ...respond, tools: functions, tool_choice: "required" })).output[0];
assert.equal(asked.name, "add");
typed("OpenAI.Responses.Response", await client.responses.create({
  ...respond, tools: functions, input: [{ role: "user", content: [{ type: "input_text", text: "1 + 1 = ?" }] }, asked, { type: "function_call_output", call_id: asked.call_id, output: "2" }],
}));
const form = { format: { type: "json_schema", name: "sum", schema, strict: true } };
assert.ok(schema.properties.sum.enum.includes((await client.responses.parse({ ...respond, text: form })).output_parsed.sum));
for (const more of [{ include: ["message.output_text.logprobs"] }, { tools: functions, tool_choice: "required" }, { max_output_tokens: 1 }]) {
  const responses = client.responses.stream({ ...respond, ...more });
  for await (const event of responses) {
    typed("OpenAI.Responses.ResponseStreamEvent", event.response ? { ...event, response: { output_text: "", ...event.response } } : event);
  }
  assert.equal((await responses.finalResponse()).object, "response");
}

// Completions. Until their last chunk streams have null in finish_reason and usage, which the client's type does not say.
const complete = { model, prompt: "1 + 1 =", max_tokens: 4, seed: 1 };
const completion = typed("OpenAI.Completion", await client.completions.create({ ...complete, logprobs: 1 }));
let continued = "";
for await (const chunk of await client.completions.create({ ...complete, stream: true, stream_options: { include_usage: true } })) {
  continued += chunk.choices[0]?.text ?? "";
  typed("OpenAI.Completion", { ...chunk, usage: chunk.usage ?? undefined, choices: chunk.choices.map((one) => ({ ...one, finish_reason: one.finish_reason ?? "stop" })) });
}
assert.equal(continued, completion.choices[0].text);

// Models.
assert.ok(ids(typed("OpenAI.Model[]", await all(client.models.list()))).includes(model));
assert.equal(typed("OpenAI.Model", await client.models.retrieve(model)).id, model);

// Errors.
const fails = (kind, status, code, work) => assert.rejects(work, (error) => {
  assert.ok(error instanceof kind && error.status === status && error.code === code && error.requestID, `${error.constructor.name} ${error.status} ${error.code}: ${error.message}`);
  return true;
});
const stranger = new OpenAI({ apiKey: "hone-nobody", maxRetries: 0 });
await fails(OpenAI.AuthenticationError, 401, "invalid_api_key", () => stranger.models.list());
await fails(OpenAI.BadRequestError, 400, "invalid_value", () => chat({ temperature: 3 }));
await fails(OpenAI.BadRequestError, 400, "missing_required_parameter", () => client.fineTuning.jobs.create({ model: base }));
await fails(OpenAI.BadRequestError, 400, "invalid_value", () => client.fineTuning.alpha.graders.validate({ grader: { type: "endpoint" } }));
await fails(OpenAI.NotFoundError, 404, "model_not_found", () => chat({ model: "nobody" }));
await fails(OpenAI.NotFoundError, 404, "model_not_found", () => chat({ model: "nobody", stream: true }));
await fails(OpenAI.NotFoundError, 404, "not_found", () => client.fineTuning.jobs.retrieve("ftjob-nobody"));
await fails(OpenAI.NotFoundError, 404, "not_found", () => client.files.content("file-nobody"));
await fails(OpenAI.NotFoundError, 404, "unknown_url", () => client.embeddings.create({ model, input: "1" }));
await fails(OpenAI.ConflictError, 409, "conflict", () => client.fineTuning.jobs.cancel(tuned.id));
await fails(OpenAI.PermissionDeniedError, 403, "not_deletable", () => client.models.delete(base));

// The way back.
assert.ok(typed("OpenAI.ModelDeleted", await client.models.delete(model)).deleted);
assert.ok(typed("OpenAI.FileDeleted", await client.files.delete(training.id)).deleted);
await fails(OpenAI.NotFoundError, 404, "not_found", () => client.files.retrieve(training.id));
assert.equal(typeProblems('import type OpenAI from "openai";'), "");
