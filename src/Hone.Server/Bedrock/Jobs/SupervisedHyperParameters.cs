using System.Globalization;
using System.Text.Json.Nodes;
using Hone.Server.Bedrock.Reading;

namespace Hone.Server.Bedrock.Jobs;

/// <summary>hyperParameters of FINE_TUNING: texts that are numbers, by the names that Bedrock's models share.</summary>
static class SupervisedHyperParameters
{
    static readonly (string Name, string Setting, double Least, double Most, bool IsWhole)[] _known =
    [
        ("epochCount", "epochCount", 1, 50, true),
        ("batchSize", "batchSize", 1, 512, true),
        ("learningRate", "learningRate", 1e-7, 1e-3, false),
        ("learningRateWarmupSteps", "warmupSteps", 0, 10_000, true),
    ];

    public static JsonObject Read(Form form)
    {
        var settings = new JsonObject();
        foreach (var (name, text) in form.Pairs("hyperParameters", 64, 2048) ?? new Dictionary<string, string>())
        {
            var known = Array.Find(_known, one => one.Name == name);
            if (known.Name is null)
            {
                form.Problem($"hyperParameters.{name} is not known here; there are {string.Join(", ", _known.Select(one => one.Name))}.");
            }
            else if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                || !(number >= known.Least && number <= known.Most) || (known.IsWhole && number != Math.Floor(number)))
            {
                string kind = known.IsWhole ? "whole number" : "number";
                form.Problem(FormattableString.Invariant(
                    $"hyperParameters.{name} is '{text}', but needs to be a {kind} from {known.Least} to {known.Most}, in quotes."));
            }
            else
            {
                settings[known.Setting] = known.IsWhole ? JsonValue.Create((int)number) : JsonValue.Create(number);
            }
        }

        return settings;
    }
}
