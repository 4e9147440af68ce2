// The AWS SDK for JavaScript against a server of ours: data into a bucket, calls that are logged, a job over the log, its model deployed and asked.
// Prints what it saw as JSON. Environment: ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
import { Readable } from "node:stream";
import * as bedrock from "@aws-sdk/client-bedrock";
import * as runtime from "@aws-sdk/client-bedrock-runtime";
import * as s3 from "@aws-sdk/client-s3";

const endpoint = process.env.ENDPOINT;
const region = "us-east-1";
const base = process.argv[2];
const control = new bedrock.BedrockClient({ endpoint, region });
const models = new runtime.BedrockRuntimeClient({ endpoint, region });
const storage = new s3.S3Client({ endpoint: endpoint + "/s3", region, forcePathStyle: true });
const seen = {};
const text = bytes => new TextDecoder().decode(bytes);

async function failure(work) {
  try {
    await work();
    return null;
  } catch (e) {
    return { name: e.name, status: e.$metadata?.httpStatusCode, message: e.message, id: !!e.$metadata?.requestId };
  }
}

// A bucket, an object in one piece and one from a stream.
await storage.send(new s3.CreateBucketCommand({ Bucket: "story" }));
await storage.send(new s3.PutObjectCommand({ Bucket: "story", Key: "in/held out.jsonl", Body: JSON.stringify({ messages: [{ role: "user", content: "Say 1" }] }) }));
await storage.send(new s3.PutObjectCommand({ Bucket: "story", Key: "in/stream.txt", Body: Readable.from([Buffer.alloc(70000, "a"), Buffer.from("end")]), ContentLength: 70003 }));
seen.object = (await (await storage.send(new s3.GetObjectCommand({ Bucket: "story", Key: "in/stream.txt" }))).Body.transformToString()).length;
seen.keys = (await storage.send(new s3.ListObjectsV2Command({ Bucket: "story", Prefix: "in/" }))).Contents.map(one => [one.Key, one.Size]);
seen.folders = (await storage.send(new s3.ListObjectsV2Command({ Bucket: "story", Delimiter: "/" }))).CommonPrefixes.map(one => one.Prefix);
seen.buckets = (await storage.send(new s3.ListBucketsCommand({}))).Buckets.map(one => one.Name);
await storage.send(new s3.DeleteObjectCommand({ Bucket: "story", Key: "in/stream.txt" }));
seen.gone = (await failure(() => storage.send(new s3.GetObjectCommand({ Bucket: "story", Key: "in/stream.txt" })))).name;
seen.missingBucket = (await failure(() => storage.send(new s3.ListObjectsV2Command({ Bucket: "nothing" })))).name;

// Calls that are logged.
seen.foundation = (await control.send(new bedrock.ListFoundationModelsCommand({ byOutputModality: "TEXT" }))).modelSummaries.map(one => one.modelId);
await control.send(new bedrock.PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { s3Config: { bucketName: "story", keyPrefix: "logs" }, textDataDeliveryEnabled: true } }));
seen.logging = (await control.send(new bedrock.GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig.s3Config;
for (let from = 0; from < 100; from += 10) {
  await Promise.all(Array.from({ length: 10 }, (_, i) => models.send(new runtime.ConverseCommand({
    modelId: base, messages: [{ role: "user", content: [{ text: `Say ${from + i}` }] }], inferenceConfig: { maxTokens: 8 },
    requestMetadata: { project: (from + i) % 10 ? "sums" : "other" },
  }))));
}

// The job: from the log, with a Lambda grader; the same request twice is one job.
const job = {
  jobName: "story-job", customModelName: "story-model", roleArn: "arn:aws:iam::000000000001:role/R", baseModelIdentifier: base,
  customizationType: "REINFORCEMENT_FINE_TUNING", clientRequestToken: "story-token-1", jobTags: [{ key: "team", value: "blue" }], customModelTags: [{ key: "kind", value: "tuned" }],
  trainingDataConfig: { invocationLogsConfig: { usePromptResponse: true, invocationLogSource: { s3Uri: "s3://story/logs/" }, requestMetadataFilters: { equals: { project: "sums" } } } },
  validationDataConfig: { validators: [{ s3Uri: "s3://story/in/held out.jsonl" }] }, outputDataConfig: { s3Uri: "s3://story/out/" },
  customizationConfig: { rftConfig: {
    graderConfig: { lambdaGrader: { lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:grade" } },
    hyperParameters: { epochCount: 1, batchSize: 32, learningRate: 0.0001, trainingSamplePerPrompt: 2, inferenceMaxTokens: 8 },
  } },
};
const { jobArn } = await control.send(new bedrock.CreateModelCustomizationJobCommand(job));
seen.sameJob = (await control.send(new bedrock.CreateModelCustomizationJobCommand(job))).jobArn === jobArn;
seen.refused = await failure(() => control.send(new bedrock.CreateModelCustomizationJobCommand({ ...job, clientRequestToken: "other", jobName: "a b" })));
seen.phases = [];
for (let i = 0; ; i++) {
  const now = await control.send(new bedrock.GetModelCustomizationJobCommand({ jobIdentifier: i % 2 ? jobArn : "story-job" }));
  const { validationDetails: a, dataProcessingDetails: b, trainingDetails: c } = now.statusDetails;
  const phases = [now.status, a.status, b.status, c.status].join(" ");
  if (seen.phases.at(-1) !== phases) seen.phases.push(phases);
  if (now.status !== "InProgress") {
    seen.job = now;
    break;
  }
  await new Promise(done => setTimeout(done, 20));
}
seen.jobs = (await control.send(new bedrock.ListModelCustomizationJobsCommand({ statusEquals: "Completed", nameContains: "story", sortBy: "CreationTime", sortOrder: "Descending" }))).modelCustomizationJobSummaries.map(one => one.jobName);
seen.stopped = await failure(() => control.send(new bedrock.StopModelCustomizationJobCommand({ jobIdentifier: jobArn })));

// The model, its tags, a deployment.
const modelArn = seen.job.outputModelArn;
seen.model = await control.send(new bedrock.GetCustomModelCommand({ modelIdentifier: modelArn }));
seen.models = (await control.send(new bedrock.ListCustomModelsCommand({ nameContains: "story" }))).modelSummaries.map(one => one.modelArn === modelArn);
await control.send(new bedrock.TagResourceCommand({ resourceARN: jobArn, tags: [{ key: "stage", value: "two" }] }));
await control.send(new bedrock.UntagResourceCommand({ resourceARN: jobArn, tagKeys: ["team"] }));
seen.tags = (await control.send(new bedrock.ListTagsForResourceCommand({ resourceARN: jobArn }))).tags;
seen.modelTags = (await control.send(new bedrock.ListTagsForResourceCommand({ resourceARN: modelArn }))).tags;
const { customModelDeploymentArn } = await control.send(new bedrock.CreateCustomModelDeploymentCommand({ modelDeploymentName: "story", modelArn, description: "The tuned one" }));
seen.deployment = await control.send(new bedrock.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: customModelDeploymentArn }));
seen.throughput = await failure(() => control.send(new bedrock.CreateProvisionedModelThroughputCommand({ modelUnits: 1, provisionedModelName: "a", modelId: modelArn })));

// The deployment is asked in every way.
const messages = [{ role: "user", content: [{ text: "one two three" }] }];
const inferenceConfig = { maxTokens: 16, temperature: 0 };
const whole = await models.send(new runtime.ConverseCommand({ modelId: customModelDeploymentArn, messages, inferenceConfig, system: [{ text: "Repeat." }] }));
seen.converse = { text: whole.output.message.content[0].text, stop: whole.stopReason, usage: whole.usage, latency: whole.metrics.latencyMs >= 0 };
seen.stream = [];
for await (const event of (await models.send(new runtime.ConverseStreamCommand({ modelId: customModelDeploymentArn, messages, inferenceConfig, system: [{ text: "Repeat." }] }))).stream) {
  seen.stream.push(event);
}
const chat = JSON.stringify({ messages: [{ role: "user", content: "one two three" }], max_tokens: 16, temperature: 0 });
const invoked = await models.send(new runtime.InvokeModelCommand({ modelId: modelArn, contentType: "application/json", body: chat }));
seen.invoke = JSON.parse(text(invoked.body)).choices[0].message.content;
seen.invokeStream = "";
for await (const event of (await models.send(new runtime.InvokeModelWithResponseStreamCommand({ modelId: modelArn, contentType: "application/json", body: chat }))).body) {
  const chunk = JSON.parse(text(event.chunk.bytes));
  seen.invokeStream += chunk.choices?.[0]?.delta?.content ?? "";
  seen.metrics = chunk["amazon-bedrock-invocationMetrics"] ?? seen.metrics;
}
seen.tokens = (await models.send(new runtime.CountTokensCommand({ modelId: modelArn, input: { converse: { messages } } }))).inputTokens;
seen.tokensOfBody = (await models.send(new runtime.CountTokensCommand({ modelId: modelArn, input: { invokeModel: { body: new TextEncoder().encode(chat) } } }))).inputTokens;
seen.unknown = await failure(() => models.send(new runtime.ConverseCommand({ modelId: "nobody", messages })));
seen.badStream = await failure(() => models.send(new runtime.ConverseStreamCommand({ modelId: modelArn, messages: [] })));

// Without the secret nothing goes; with the key as bearer token everything.
const wrong = { endpoint, region, credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: "wrong" }, maxAttempts: 1 };
seen.wrongSecret = await failure(() => new bedrock.BedrockClient(wrong).send(new bedrock.ListCustomModelsCommand({})));
seen.wrongKey = await failure(() => new bedrock.BedrockClient({ ...wrong, credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "wrong" } }).send(new bedrock.ListCustomModelsCommand({})));
seen.wrongRegion = await failure(() => new bedrock.BedrockClient({ endpoint, region: "eu-west-1", maxAttempts: 1 }).send(new bedrock.ListCustomModelsCommand({})));
seen.wrongStorage = (await failure(() => new s3.S3Client({ ...wrong, endpoint: endpoint + "/s3", forcePathStyle: true }).send(new s3.ListBucketsCommand({})))).name;
const bearer = new bedrock.BedrockClient({ endpoint, region, token: { token: process.env.BEARER }, authSchemePreference: ["httpBearerAuth"] });
seen.bearer = (await bearer.send(new bedrock.ListCustomModelsCommand({}))).modelSummaries.length;

// The way back.
seen.inUse = await failure(() => control.send(new bedrock.DeleteCustomModelCommand({ modelIdentifier: modelArn })));
await control.send(new bedrock.UpdateCustomModelDeploymentCommand({ customModelDeploymentIdentifier: "story", modelArn }));
seen.deployments = (await control.send(new bedrock.ListCustomModelDeploymentsCommand({ modelArnEquals: modelArn }))).modelDeploymentSummaries.map(one => one.customModelDeploymentName);
await control.send(new bedrock.DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: customModelDeploymentArn }));
await control.send(new bedrock.DeleteCustomModelCommand({ modelIdentifier: modelArn }));
seen.deleted = (await failure(() => control.send(new bedrock.GetCustomModelCommand({ modelIdentifier: modelArn })))).name;
await control.send(new bedrock.DeleteModelInvocationLoggingConfigurationCommand({}));
seen.notLogged = (await control.send(new bedrock.GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig ?? null;
console.log(JSON.stringify(seen));
