using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Grading;
using Hone.Server.OpenAi.Reading;

namespace Hone.Server.OpenAi.FineTuning;

/// <summary>
/// OpenAI's graders, and Bedrock's <c>lambda</c>, key by key. Hone's other kinds and keys are not for this surface: they name files,
/// programs and addresses of the machine.
/// </summary>
static class GraderShape
{
    const int Deepest = 8;

    static readonly Dictionary<string, string[]> _keys = new()
    {
        ["string_check"] = ["input", "reference", "operation"],
        ["text_similarity"] = ["input", "reference", "evaluation_metric", "pass_threshold"],
        ["score_model"] = ["model", "input", "range", "sampling_params", "pass_threshold"],
        ["label_model"] = ["model", "input", "labels", "passing_labels", "sampling_params"],
        ["python"] = ["source", "image_tag"],
        ["multi"] = ["graders", "calculate_output"],
        ["lambda"] = ["lambda"],
    };

    /// <summary>The grader below a key, as a job file has it; null where it is missing or has problems.</summary>
    public static JsonObject? Read(JsonForm form, string key)
    {
        int before = form.Problems.Count;
        var grader = form.Object(key, inner => One(inner, 0));
        if (grader is null || form.Problems.Count > before)
        {
            return null;
        }

        // What is left to check is what Hone checks of every grader: templates, formulas, labels, names of metrics.
        var settings = GraderSettings.Parse(grader.ToJsonString());
        form.Problems.AddSentences(settings.Problems(form.At(key), GraderContext.Here with { FilesMustExist = false }));
        return form.Problems.Count > before ? null : grader;
    }

    static JsonObject? One(JsonForm form, int depth)
    {
        string? type = form.Text("type");
        form.Require("type", $"one of {string.Join(", ", _keys.Keys)}");
        form.Text("name");
        if (type is null || !_keys.TryGetValue(type, out string[]? keys))
        {
            RefuseType(form, type);
            return null;
        }

        form.Ignore(keys);
        switch (type)
        {
            case "multi":
                Parts(form, depth);
                break;
            case "lambda":
                form.Object("lambda", function => function.RequiredText("function", "the ARN of an AWS Lambda function"));
                break;
            case "score_model" or "label_model":
                form.RequiredText("model", "the id of a model of GET /v1/models, or of one at OpenAI");
                break;
        }

        return JsonObject.Create(form.Json.Clone());
    }

    static void RefuseType(JsonForm form, string? type)
    {
        form.Ignore([.. form.Json.EnumerateObject().Select(member => member.Name)]);
        if (type == "endpoint")
        {
            form.Wrong(
                "type",
                $"{form.At("type")} is 'endpoint', whose protocol is not published, so that Hone cannot speak it; use python, or lambda for a function "
                + "behind an address.");
        }
        else if (type is not null)
        {
            form.Wrong("type", $"{form.At("type")} is '{type}', but needs to be one of {string.Join(", ", _keys.Keys)}.");
        }
    }

    // An object of graders by name, a list of graders, or one grader alone: all three are written.
    static void Parts(JsonForm form, int depth)
    {
        if (depth == Deepest)
        {
            form.Wrong("graders", $"{form.At("graders")} is nested deeper than {Deepest} graders.");
        }
        else if (form.Any("graders") is { ValueKind: JsonValueKind.Array })
        {
            form.List("graders", 64, part => One(part, depth + 1));
        }
        else
        {
            form.Object("graders", named => named.Json.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? One(named, depth + 1)
                : Named(named, depth));
        }
    }

    static JsonObject? Named(JsonForm named, int depth)
    {
        foreach (var member in named.Json.EnumerateObject())
        {
            named.Object(member.Name, part => One(part, depth + 1));
        }

        return null;
    }
}
