namespace Hone.Server.Tests.SecurityTests;

/// <summary>What a key of one account tries with what another account owns, where the id does not stand in the path; and names of uploads.</summary>
static class TenantAttacks
{
    const string Line = "------hone";

    public static IReadOnlyList<Attack> All { get; } =
    [
        Post("a job over another account's file", "/v1/fine_tuning/jobs", """
            {"model":"arithmetic","training_file":"{owned-file}","method":{"type":"reinforcement","reinforcement":{"grader":
            {"type":"string_check","name":"x","input":"{{sample.output_text}}","reference":"x","operation":"eq"}}}}
            """),
        Post("a job over another account's model", "/v1/fine_tuning/jobs", """{"model":"{owned-model}","training_file":"{owned-file}"}"""),
        Post("a job over a file of the machine", "/v1/fine_tuning/jobs", """{"model":"arithmetic","training_file":"/etc/passwd"}"""),
        Post("a model that is a path", "/v1/chat/completions", """{"model":"../../../etc","messages":[{"role":"user","content":"x"}]}"""),
        Post("talking to another account's model", "/v1/chat/completions", """{"model":"{owned-model}","messages":[{"role":"user","content":"x"}]}"""),
        Post("streaming from another account's model", "/v1/chat/completions", """{"model":"{owned-model}","stream":true,"messages":[{"role":"user","content":"x"}]}"""),
        Post("completing with another account's model", "/v1/completions", """{"model":"{owned-model}","prompt":"x"}"""),
        Post("a response of another account's model", "/v1/responses", """{"model":"{owned-model}","input":"x"}"""),
        Post("another account's deployment by its ARN", "/v1/chat/completions", """{"model":"{owned-deployment-arn}","messages":[{"role":"user","content":"x"}]}"""),
        Post("Converse with another account's model", "/model/{owned-model-escaped}/converse", """{"messages":[{"role":"user","content":[{"text":"x"}]}]}"""),
        Post("Converse with another account's deployment", "/model/{owned-deployment-escaped}/converse", """{"messages":[{"role":"user","content":[{"text":"x"}]}]}"""),
        Post("deploying another account's model", "/model-customization/custom-model-deployments", """{"modelDeploymentName":"mine","modelArn":"{owned-model-arn}"}"""),
        Post("tags of another account's model", "/listTagsForResource", """{"resourceARN":"{owned-model-arn}"}"""),
        Post("tagging another account's job", "/tagResource", """{"resourceARN":"{owned-job-arn}","tags":[{"key":"a","value":"b"}]}"""),
        Post("untagging another account's model", "/untagResource", """{"resourceARN":"{owned-model-arn}","tagKeys":["a"]}"""),
        Post("stopping another account's job", "/model-customization-jobs/{owned-job}/stop", ""),
        Get("a list that goes on after another account's file", "/v1/files?after={owned-file}"),
        Get("a list that goes on after another account's job", "/v1/fine_tuning/jobs?after=ftjob-{owned-job}"),
        Get("the content of another account's file", "/v1/files/{owned-file}/content"),
        Post("data in a bucket that is no bucket", "/model-customization-jobs", """
            {"jobName":"x","customModelName":"x","roleArn":"arn:aws:iam::000000000099:role/x","baseModelIdentifier":"arithmetic",
            "customizationType":"REINFORCEMENT_FINE_TUNING","trainingDataConfig":{"s3Uri":"s3://../../etc/passwd"},"outputDataConfig":{"s3Uri":"s3://../x/"}}
            """),
        Post("a webhook to the machine itself", "/hone/v1/webhooks", """{"url":"http://127.0.0.1:22/","events":["fine_tuning.job.succeeded"]}"""),
        Post("a webhook to the cloud's own address", "/hone/v1/webhooks", """{"url":"https://169.254.169.254/latest/meta-data","events":["fine_tuning.job.succeeded"]}"""),
        Get("another account's bucket", "/s3/owned-bucket"),
        Get("an object in another account's bucket", "/s3/owned-bucket/x"),
        Get("up from another account's bucket", "/s3/owned-bucket/..%2f..%2fserver.secret"),
        Get("the server's secret as an object", "/s3/..%2fserver.secret"),
        Post("writing to another account's bucket", "/s3/owned-bucket/x", "x", "PUT"),
        Post("removing from another account's bucket", "/s3/owned-bucket/x", "", "DELETE"),
        Upload("an upload that is a path", "../../etc/cron.d/x"),
        Upload("an upload that is an absolute path", "/etc/passwd"),
        Upload("an upload without a name", ""),
        Upload("an upload with turned writing", "report\u00e2\u0080\u00aelnosj.exe"),
        Upload("an upload with a name of 300 characters", new string('x', 300)),
        Upload("an upload of another purpose", "x.jsonl", purpose: "assistants; rm -rf"),
        new("an upload without an end", [400], Multipart($"--{Line}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n")),
        new("an upload without a boundary", [400],
            Attack.Head("POST /v1/files HTTP/1.1", "Authorization: Bearer {stranger}", "Content-Type: multipart/form-data", "Content-Length: 2") + "\r\n{}"),
    ];

    static Attack Get(string name, string path) => new(name, [404, 400, 403], Attack.Head($"GET {path} HTTP/1.1", "Authorization: Bearer {stranger}") + "\r\n");

    static Attack Post(string name, string path, string body, string method = "POST") => new(name, [404, 400, 403], "")
    {
        Make = tenants =>
        {
            string content = tenants.Fill(body);
            return Attack.Head(
                $"{method} {tenants.Fill(path)} HTTP/1.1", $"Authorization: Bearer {tenants.Stranger.Bearer}", "Content-Type: application/json",
                $"Content-Length: {content.Length}") + "\r\n" + content;
        },
    };

    static Attack Upload(string name, string file, string purpose = "fine-tune") => new(name, [400], Multipart(
        $"--{Line}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n"
        + $"--{Line}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n{{}}\r\n--{Line}--\r\n"));

    static string Multipart(string body) => Attack.Head(
        "POST /v1/files HTTP/1.1", "Authorization: Bearer {stranger}", $"Content-Type: multipart/form-data; boundary={Line}",
        $"Content-Length: {body.Length}") + "\r\n" + body;
}
