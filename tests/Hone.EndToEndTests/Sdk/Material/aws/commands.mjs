// Every command of AWS's SDK for JavaScript that the service answers, the types of its answers, and its errors as the SDK sees them. Nothing is set but
// the environment: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
import assert from "node:assert/strict";
import * as bedrock from "@aws-sdk/client-bedrock";
import * as runtime from "@aws-sdk/client-bedrock-runtime";
import * as s3 from "@aws-sdk/client-s3";
import { typed, typeProblems } from "../typed.mjs";

const base = process.argv[2];
const control = new bedrock.BedrockClient(), models = new runtime.BedrockRuntimeClient(), storage = new s3.S3Client();

/** Sends a command of a client and keeps its answer, to be held against the type of the command's output. */
const sender = (client, commands, space) => async (name, input = {}) => {
  const { $metadata, ...answer } = await client.send(new commands[`${name}Command`](input));
  assert.ok($metadata.requestId, `${name} has no request id`);
  const isStream = ["ConverseStream", "InvokeModelWithResponseStream", "InvokeModel", "GetObject"].includes(name);
  return isStream ? answer : typed(`Omit<${space}.${name}CommandOutput, "$metadata">`, answer);
};
const ask = sender(control, bedrock, "bedrock"), talk = sender(models, runtime, "runtime"), store = sender(storage, s3, "s3");
const fails = (work, kind, status, words) => assert.rejects(work, (error) => {
  assert.equal(`${error.name} ${error.$metadata.httpStatusCode}`, `${kind.name} ${status}`, error.message);
  assert.ok(error instanceof kind && error.$metadata.requestId && error.message.includes(words), error.message);
  return true;
});
const pages = async (paginator, client, input, list) => {
  const found = [];
  for await (const page of paginator({ client, pageSize: 1 }, { ...input })) found.push(...page[list]);
  return found;
};
const pause = () => new Promise((done) => setTimeout(done, 50));
const bytes = (json) => new TextEncoder().encode(JSON.stringify(json));

// Storage.
const row = (n) => JSON.stringify({ messages: [{ role: "user", content: `${n} + 1 = ?` }], reference_answer: "1" }) + "\n";
await store("CreateBucket", { Bucket: "data" });
await store("PutObject", { Bucket: "data", Key: "train.jsonl", Body: Array.from({ length: 16 }, (_, n) => row(n)).join("") });
await store("PutObject", { Bucket: "data", Key: "long.jsonl", Body: Array.from({ length: 2000 }, (_, n) => row(n)).join("") });
assert.equal((await store("HeadObject", { Bucket: "data", Key: "train.jsonl" })).ContentLength, (await (await store("GetObject", { Bucket: "data", Key: "train.jsonl" })).Body.transformToString()).length);
assert.equal(await (await store("GetObject", { Bucket: "data", Key: "train.jsonl", Range: "bytes=2-9" })).Body.transformToString(), "messages");
assert.deepEqual((await store("ListObjectsV2", { Bucket: "data", Prefix: "t" })).Contents.map((one) => one.Key), ["train.jsonl"]);
assert.ok((await store("ListBuckets")).Buckets[0].CreationDate instanceof Date);

// Foundation models.
const foundation = (await ask("ListFoundationModels", { byCustomizationType: "FINE_TUNING" })).modelSummaries.find((one) => one.modelId === base);
assert.deepEqual((await ask("GetFoundationModel", { modelIdentifier: foundation.modelArn })).modelDetails.modelId, base);

// The log of calls.
const loggingConfig = { s3Config: { bucketName: "data", keyPrefix: "logs" }, textDataDeliveryEnabled: true };
await ask("PutModelInvocationLoggingConfiguration", { loggingConfig });
assert.deepEqual((await ask("GetModelInvocationLoggingConfiguration")).loggingConfig, loggingConfig);

// The runtime, in every form.
const messages = [{ role: "user", content: [{ text: "1 + 1 = ?" }] }];
const inferenceConfig = { maxTokens: 16, temperature: 0 };
const converse = (modelId, more) => talk("Converse", { modelId, messages, inferenceConfig, requestMetadata: { project: "commands" }, ...more });
const events = async (stream) => {
  const seen = [];
  for await (const event of stream) seen.push(event);
  return seen;
};
const whole = await converse(base);
const streamed = typed("runtime.ConverseStreamOutput[]", await events((await talk("ConverseStream", { modelId: base, messages, inferenceConfig })).stream));
assert.equal(streamed.map((one) => one.contentBlockDelta?.delta.text ?? "").join(""), whole.output.message.content[0].text);
assert.deepEqual(streamed.at(-1).metadata.usage, whole.usage);
const json = { type: "object", properties: { a: { enum: [1, 2] } }, required: ["a"], additionalProperties: false };
const toolConfig = { tools: [{ toolSpec: { name: "add", description: "Adds.", inputSchema: { json } } }], toolChoice: { any: {} } };
const called = await converse(base, { toolConfig, inferenceConfig: { maxTokens: 64 } });
assert.equal(called.stopReason, "tool_use");
const use = called.output.message.content.find((one) => one.toolUse).toolUse;
assert.ok(json.properties.a.enum.includes(use.input.a));
const result = { role: "user", content: [{ toolResult: { toolUseId: use.toolUseId, content: [{ text: "2" }] } }] };
await converse(base, { toolConfig: { tools: toolConfig.tools }, messages: [...messages, called.output.message, result] });
const using = typed("runtime.ConverseStreamOutput[]", await events((await talk("ConverseStream", { modelId: base, messages, toolConfig, inferenceConfig: { maxTokens: 64 } })).stream));
assert.equal(using.find((one) => one.contentBlockStart).contentBlockStart.start.toolUse.name, "add");
const outputConfig = { textFormat: { type: "json_schema", structure: { jsonSchema: { name: "a", schema: JSON.stringify(json) } } } };
assert.ok(json.properties.a.enum.includes(JSON.parse((await converse(base, { outputConfig, inferenceConfig: { maxTokens: 64 } })).output.message.content[0].text).a));
for (const body of [
  { messages: [{ role: "user", content: "1 + 1 = ?" }], max_tokens: 8 },
  { prompt: "1 + 1 =", max_gen_len: 8 },
  { schemaVersion: "messages-v1", messages, inferenceConfig: { maxTokens: 8 } },
]) {
  const invoked = await talk("InvokeModel", { modelId: base, contentType: "application/json", accept: "application/json", body: JSON.stringify(body) });
  assert.equal(invoked.contentType, "application/json");
  assert.equal(typeof JSON.parse(invoked.body.transformToString()), "object");
  const parts = await events((await talk("InvokeModelWithResponseStream", { modelId: base, contentType: "application/json", body: JSON.stringify(body) })).body);
  assert.ok(JSON.parse(new TextDecoder().decode(parts.at(-1).chunk.bytes))["amazon-bedrock-invocationMetrics"].outputTokenCount > 0);
}
const { inputTokens } = await talk("CountTokens", { modelId: base, input: { converse: { messages } } });
assert.equal(inputTokens, whole.usage.inputTokens);
assert.equal((await talk("CountTokens", { modelId: base, input: { invokeModel: { body: bytes({ messages: [{ role: "user", content: "1 + 1 = ?" }], max_tokens: 8 }) } } })).inputTokens, inputTokens);

// Jobs: one over data of a bucket, one over what was logged above.
const grader = { graderConfig: { lambdaGrader: { lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:grade" } } };
const job = (jobName, trainingDataConfig, more) => ({
  jobName, customModelName: `${jobName}-model`, roleArn: "arn:aws:iam::000000000001:role/R", baseModelIdentifier: base, customizationType: "REINFORCEMENT_FINE_TUNING",
  clientRequestToken: `${jobName}-token`, trainingDataConfig, outputDataConfig: { s3Uri: "s3://data/out/" },
  customizationConfig: { rftConfig: { ...grader, hyperParameters: { epochCount: 1, batchSize: 16, learningRate: 0.0001, trainingSamplePerPrompt: 2, inferenceMaxTokens: 8, ...more } } },
});
const create = (input) => ask("CreateModelCustomizationJob", input);
const fetch = (jobIdentifier) => ask("GetModelCustomizationJob", { jobIdentifier });
async function end(jobIdentifier) {
  for (;;) {
    const now = await fetch(jobIdentifier);
    if (!["InProgress", "Stopping"].includes(now.status)) return now;
    await pause();
  }
}
const direct = job("direct", { s3Uri: "s3://data/train.jsonl" });
const { jobArn } = await create(direct);
assert.equal((await create(direct)).jobArn, jobArn);
await fails(() => create({ ...direct, jobName: "another" }), bedrock.ConflictException, 400, "direct-token");
const equals = { project: "commands" };
await create(job("logged", { invocationLogsConfig: { usePromptResponse: true, invocationLogSource: { s3Uri: "s3://data/logs/" }, requestMetadataFilters: { equals } } }));
const tuned = await end("direct");
assert.equal(tuned.status, "Completed", tuned.failureMessage);
assert.ok(tuned.endTime >= tuned.creationTime && tuned.statusDetails.trainingDetails.status === "Completed");
assert.equal((await end("logged")).status, "Completed");
const outputs = (await store("ListObjectsV2", { Bucket: "data", Prefix: "out/" })).Contents.map((one) => one.Key);
assert.ok(outputs.some((key) => key.endsWith("training_artifacts/step_wise_training_metrics.csv")), `${outputs}`);

// One that would go on for long is stopped.
await create(job("endless", { s3Uri: "s3://data/long.jsonl" }, { epochCount: 50, trainingSamplePerPrompt: 16, evalInterval: 100 }));
while ((await fetch("endless")).statusDetails.trainingDetails.status !== "InProgress") await pause();
await ask("StopModelCustomizationJob", { jobIdentifier: "endless" });
assert.equal((await end("endless")).status, "Stopped");
await fails(() => ask("StopModelCustomizationJob", { jobIdentifier: "endless" }), bedrock.ConflictException, 400, "is stopped");
const list = (input) => pages(bedrock.paginateListModelCustomizationJobs, control, input, "modelCustomizationJobSummaries");
const names = (jobs) => jobs.map((one) => one.jobName);
const order = { sortBy: "CreationTime", sortOrder: "Ascending" };
assert.deepEqual(names(typed("bedrock.ModelCustomizationJobSummary[]", await list(order))), ["direct", "logged", "endless"]);
assert.deepEqual(names(await list({ sortBy: "CreationTime", sortOrder: "Descending", statusEquals: "Completed" })), ["logged", "direct"]);
assert.deepEqual(names(await list({ nameContains: "rec", creationTimeAfter: new Date(Date.now() - 600_000), creationTimeBefore: new Date(Date.now() + 600_000) })), ["direct"]);
assert.deepEqual(await list({ creationTimeAfter: new Date(Date.now() + 600_000) }), []);

// Models, one brought from a bucket.
const modelArn = tuned.outputModelArn;
assert.deepEqual((await ask("GetCustomModel", { modelIdentifier: "direct-model" })).customizationConfig.rftConfig.graderConfig, grader.graderConfig);
const custom = (input) => pages(bedrock.paginateListCustomModels, control, input, "modelSummaries");
assert.deepEqual(typed("bedrock.CustomModelSummary[]", await custom({ nameContains: "direct", isOwned: true, modelStatus: "Active", foundationModelArnEquals: foundation.modelArn, sortBy: "CreationTime" })).map((one) => one.modelArn), [modelArn]);
const adapter = { r: 1, lora_alpha: 1, peft_type: "LORA", base_model_name_or_path: "nobody", target_modules: ["q_proj"] };
await store("PutObject", { Bucket: "data", Key: "adapter/adapter_config.json", Body: JSON.stringify(adapter) });
const brought = await ask("CreateCustomModel", { modelName: "brought", modelSourceConfig: { s3DataSource: { s3Uri: "s3://data/adapter/" } }, roleArn: "arn:aws:iam::000000000001:role/R" })
  .then(async () => {
    for (;;) {
      const model = await ask("GetCustomModel", { modelIdentifier: "brought" });
      if (model.modelStatus !== "Creating") return model;
      await pause();
    }
  }, (refused) => refused);
assert.ok(brought.modelStatus === "Failed" || brought instanceof bedrock.ValidationException, `${brought.modelStatus} ${brought.message}`);

// Deployments.
const { customModelDeploymentArn } = await ask("CreateCustomModelDeployment", { modelDeploymentName: "live", modelArn, description: "What is asked", tags: [{ key: "stage", value: "one" }] });
const deployment = await ask("GetCustomModelDeployment", { customModelDeploymentIdentifier: "live" });
assert.equal(`${deployment.status} ${deployment.modelArn}`, `Active ${modelArn}`);
const other = (await custom({ nameContains: "logged" }))[0].modelArn;
await ask("UpdateCustomModelDeployment", { customModelDeploymentIdentifier: customModelDeploymentArn, modelArn: other });
assert.equal((await ask("GetCustomModelDeployment", { customModelDeploymentIdentifier: "live" })).modelArn, other);
const deployments = await pages(bedrock.paginateListCustomModelDeployments, control, { statusEquals: "Active", nameContains: "li", ...order }, "modelDeploymentSummaries");
assert.deepEqual(typed("bedrock.CustomModelDeploymentSummary[]", deployments).map((one) => one.customModelDeploymentName), ["live"]);
assert.equal((await converse(customModelDeploymentArn)).output.message.role, "assistant");

// Tags.
await ask("TagResource", { resourceARN: customModelDeploymentArn, tags: [{ key: "team", value: "blue" }] });
await ask("UntagResource", { resourceARN: customModelDeploymentArn, tagKeys: ["stage"] });
assert.deepEqual((await ask("ListTagsForResource", { resourceARN: customModelDeploymentArn })).tags, [{ key: "team", value: "blue" }]);

// Errors.
const { ValidationException, ResourceNotFoundException, ConflictException } = bedrock;
await fails(() => ask("GetModelCustomizationJob", { jobIdentifier: "nobody" }), ResourceNotFoundException, 404, "nobody");
await fails(() => create({ ...direct, clientRequestToken: "new", jobName: "new", customizationConfig: { rftConfig: { ...grader, hyperParameters: { batchSize: 3 } } } }), ValidationException, 400, "batchSize");
await fails(() => ask("DeleteCustomModel", { modelIdentifier: other }), ConflictException, 400, "live");
await fails(() => ask("CreateProvisionedModelThroughput", { modelUnits: 1, provisionedModelName: "a", modelId: modelArn }), ValidationException, 400, "CreateCustomModelDeployment");
assert.deepEqual((await ask("ListProvisionedModelThroughputs")).provisionedModelSummaries, []);
await fails(() => talk("Converse", { modelId: "nobody", messages }), runtime.ResourceNotFoundException, 404, "nobody");
await fails(() => talk("ConverseStream", { modelId: base, messages, inferenceConfig: { temperature: 3 } }), runtime.ValidationException, 400, "temperature");
await fails(() => talk("InvokeModel", { modelId: base, body: "{" }), runtime.ValidationException, 400, "JSON");

// The way back.
await ask("DeleteCustomModelDeployment", { customModelDeploymentIdentifier: "live" });
await fails(() => ask("GetCustomModelDeployment", { customModelDeploymentIdentifier: "live" }), ResourceNotFoundException, 404, "live");
await ask("DeleteCustomModel", { modelIdentifier: modelArn });
await fails(() => converse(modelArn), runtime.ResourceNotFoundException, 404, "");
await ask("DeleteModelInvocationLoggingConfiguration");
assert.equal((await ask("GetModelInvocationLoggingConfiguration")).loggingConfig, undefined);
await store("DeleteObject", { Bucket: "data", Key: "train.jsonl" });
const clients = ["bedrock", "runtime", "s3"].map((name) => `import type * as ${name} from "@aws-sdk/client-${{ runtime: "bedrock-runtime" }[name] ?? name}";`);
assert.equal(typeProblems(clients.join(" ")), "");
