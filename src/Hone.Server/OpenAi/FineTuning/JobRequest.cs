using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hone.Server.OpenAi.Reading;
using Hone.Server.Queue;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>Reads the body that creates a job and says it in Hone's words.</summary>
static class JobRequest
{
    const int LongestName = 63;

    public static NewJob Read(JsonForm form)
    {
        string model = form.RequiredText("model", "the id of a model of GET /v1/models");
        string training = form.RequiredText("training_file", "the id of an uploaded file, such as file-abc123");
        string? validation = form.Text("validation_file"), suffix = Suffix(form);
        RefuseIntegrations(form);
        var settings = Method(form, out var method);
        long seed = form.Integer("seed", 0, int.MaxValue) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        settings["seed"] = seed;
        return new()
        {
            Api = JobApi.OpenAi,
            Method = method,
            Name = Name(suffix ?? "job"),
            ModelName = suffix,
            Model = model,
            Inputs = validation is null ? [new("training", training)] : [new("training", training), new("validation", validation)],
            Settings = settings,
            Request = JsonObject.Create(form.Json.Clone())!,
            Metadata = form.Metadata("metadata") ?? new Dictionary<string, string>(),
        };
    }

    static JsonObject Method(JsonForm form, out JobMethod method)
    {
        var deprecated = form.Object("hyperparameters", Hyperparameters.Supervised);
        string type = "supervised";
        JsonObject? settings = null;
        form.Object("method", inner =>
        {
            inner.Require("type", "'supervised' or 'reinforcement'");
            type = inner.Text("type") ?? type;
            settings = Of(inner, type);
            return inner;
        });
        if (form.Has("method") && deprecated is not null)
        {
            form.Wrong("hyperparameters", "hyperparameters and method are both given; write the hyperparameters into method.supervised alone.");
        }

        method = type == "reinforcement" ? JobMethod.Reinforcement : JobMethod.Supervised;
        return settings ?? deprecated ?? [];
    }

    static JsonObject? Of(JsonForm method, string type)
    {
        if (type == "dpo")
        {
            method.Ignore("dpo");
            method.Wrong("type", $"{method.At("type")} is 'dpo', which Hone does not train; it needs to be 'supervised' or 'reinforcement'.");
            return null;
        }

        string? known = method.Choice("type", "supervised", "reinforcement");
        string other = type == "supervised" ? "reinforcement" : "supervised";
        if (known is not null && method.Has(other))
        {
            method.Wrong(other, $"{method.At(other)} is given, but {method.At("type")} is '{type}'; leave it out.");
        }

        if (known == "reinforcement")
        {
            method.Require("reinforcement", "an object with a grader");
            return method.Object("reinforcement", Reinforcement.Read);
        }

        return method.Object("supervised", supervised => supervised.Object("hyperparameters", Hyperparameters.Supervised));
    }

    static string? Suffix(JsonForm form)
    {
        string? suffix = form.Text("suffix", 64);
        if (suffix is not null && (suffix.Length == 0 || !char.IsAsciiLetterOrDigit(suffix[0])
            || !suffix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            form.Wrong(
                "suffix",
                $"suffix is '{suffix}', but needs 1 to 64 letters, digits, '-', '_' or '.', a letter or digit first: it names the model.");
        }

        return suffix;
    }

    // SDKs send an empty list for none.
    static void RefuseIntegrations(JsonForm form)
    {
        if (form.Items("integrations", 100).Count > 0)
        {
            form.Refuse(
                "integrations", "cannot be served: Hone keeps runs itself, sends metrics over OpenTelemetry and events to webhooks; leave it out");
        }
    }

    // Names tell jobs apart on the disk and in lists; two jobs may well have the same suffix.
    static string Name(string suffix)
    {
        string end = $"-{Ids.New(8)}";
        return suffix[..Math.Min(suffix.Length, LongestName - end.Length)] + end;
    }
}
