using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;
using Hone.Server.Bedrock.Tags;
using Hone.Server.Queue;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>CreateModelCustomizationJob's body: Bedrock's rules of form are checked here, what the job asks for by the queue.</summary>
/// <remarks>roleArn, vpcConfig and customModelKmsKeyId are kept and told again; nothing here acts on them.</remarks>
static class JobRequest
{
    const int MostValidators = 10;

    public static NewJob Read(Form form)
    {
        var (method, jobSettings) = Method(form);
        var inputs = Inputs(form);
        ReadWhatHasNoEffect(form);
        TagList.Read(form, "jobTags");
        TagList.Read(form, "customModelTags");
        return new NewJob
        {
            Api = JobApi.Bedrock,
            Method = method,
            Name = form.RequiredText("jobName", most: 63, form: Patterns.JobName()),
            ModelName = form.RequiredText("customModelName", most: 63, form: Patterns.ModelName()),
            Token = form.Text("clientRequestToken", 1, Patterns.LongestToken, Patterns.Token()),
            Model = form.RequiredText("baseModelIdentifier", most: 2048),
            Inputs = inputs,
            Settings = jobSettings,
            OutputUri = Output(form),
            Request = JsonObject.Create(form.Json)!,
        };
    }

    static (JobMethod, JsonObject) Method(Form form)
    {
        const string Reinforcement = "REINFORCEMENT_FINE_TUNING", Supervised = "FINE_TUNING";
        string? type = form.Choice("customizationType", Supervised, "CONTINUED_PRE_TRAINING", "DISTILLATION", Reinforcement, "IMPORTED");
        type ??= form.Has("customizationConfig") ? Reinforcement : Supervised;
        if (type == Reinforcement)
        {
            form.Refuse("hyperParameters", "is for FINE_TUNING; a reinforcement job has customizationConfig.rftConfig.hyperParameters");
            form.Require("customizationConfig", "an object with rftConfig, because customizationType is " + Reinforcement);
            return (JobMethod.Reinforcement, form.Object("customizationConfig", Reinforced) ?? []);
        }

        form.Refuse("customizationConfig", $"does not go with customizationType {type}; leave it out, or ask for {Reinforcement}");
        if (type != Supervised)
        {
            form.Problem($"customizationType {type} is not offered here: use {Reinforcement} with a grader, or {Supervised} on answers to learn from."
                + (type == "IMPORTED" ? " Adapters are brought along by CreateCustomModel." : ""));
        }

        return (JobMethod.Supervised, new JsonObject { ["hyperParameters"] = SupervisedHyperParameters.Read(form) });
    }

    static JsonObject? Reinforced(Form config)
    {
        config.Refuse("distillationConfig", "is not offered here; use rftConfig");
        config.Require("rftConfig", "an object with graderConfig");
        return config.Object("rftConfig", rft =>
        {
            rft.Require("graderConfig", "an object with lambdaGrader");
            var job = new JsonObject
            {
                ["grader"] = rft.Object("graderConfig", grader =>
                {
                    grader.RequireOneOf("lambdaGrader");
                    return grader.Object("lambdaGrader", lambda => new JsonObject
                    {
                        ["kind"] = "lambda",
                        ["arn"] = lambda.RequiredText("lambdaArn", 1, 512, Patterns.Lambda()),
                    });
                }),
            };
            if (rft.Object("hyperParameters", ReinforcementHyperParameters.Read) is { } parameters)
            {
                job["hyperParameters"] = parameters;
            }

            return job;
        });
    }

    static List<JobInput> Inputs(Form form)
    {
        form.Require("trainingDataConfig", "an object with s3Uri or invocationLogsConfig");
        List<JobInput> inputs = [];
        if (form.Object("trainingDataConfig", Training) is { } training)
        {
            inputs.Add(training);
        }

        inputs.AddRange(form.Object("validationDataConfig", config =>
        {
            config.Require("validators", "a list of objects with s3Uri");
            return config.List("validators", 0, MostValidators, one => new JobInput("validation", Uri(one)));
        }) ?? []);
        return inputs;
    }

    static JobInput Training(Form config)
    {
        config.RequireOneOf("s3Uri", "invocationLogsConfig");
        return config.Object("invocationLogsConfig", Logs)
            ?? new("training", config.Text("s3Uri", 1, Patterns.LongestUri, Patterns.S3Uri()) ?? "");
    }

    static JobInput Logs(Form logs)
    {
        logs.Flag("usePromptResponse");
        logs.Require("invocationLogSource", "an object with s3Uri");
        string source = logs.Object("invocationLogSource", Uri) ?? "";
        logs.Object("requestMetadataFilters", filters =>
        {
            MetadataFilters.Read(filters);
            return filters;
        });
        var config = JsonObject.Create(logs.Json)!;
        config.Remove("invocationLogSource");
        return new("training", source, config);
    }

    static string Output(Form form)
    {
        form.Require("outputDataConfig", "an object with s3Uri");
        return form.Object("outputDataConfig", Uri) ?? "";
    }

    static string Uri(Form form) => form.RequiredText("s3Uri", 1, Patterns.LongestUri, Patterns.S3Uri());

    static void ReadWhatHasNoEffect(Form form)
    {
        form.RequiredText("roleArn", 1, 2048, Patterns.Role());
        form.Text("customModelKmsKeyId", 1, 2048);
        form.Object("vpcConfig", vpc =>
        {
            vpc.Require("subnetIds", "a list of 1 to 16 subnets");
            vpc.Require("securityGroupIds", "a list of 1 to 5 security groups");
            vpc.Texts("subnetIds", 1, 16, 32);
            vpc.Texts("securityGroupIds", 1, 5, 32);
            return vpc;
        });
    }
}
