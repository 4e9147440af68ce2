using System.Text.Json;

namespace Hone.Grading.Lambda;

/// <summary>What a Bedrock reward function answers: a list with one object for each completion, matched by id.</summary>
/// <remarks>
/// <para><c>{"id":"…","aggregate_reward_score":0.85,"metrics_list":[{"name":"…","value":0.9,"type":"Reward"}]}</c>. Beyond the contract,
/// <c>reason</c> is a sentence for people and <c>error</c> in place of a score says why there is none.</para>
/// <para>The list may be the <c>body</c> of an object (also as JSON in a text), as functions behind a proxy answer, and an object alone is a
/// list of one. Whatever else comes is a fault of the items concerned, never a score: a missing or repeated id, a score that is
/// a text, true, null or not finite.</para>
/// </remarks>
public static class LambdaResult
{
    const string ScoreKey = "aggregate_reward_score";
    const int DeepestWrapping = 4;

    /// <summary>One grade for each item, in their order.</summary>
    /// <param name="boundary">What faults name as their place.</param>
    public static IReadOnlyList<Grade> Read(string json, IReadOnlyList<GradingItem> items, string boundary)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, items, boundary);
        }
        catch (JsonException)
        {
            return Fail(items, boundary, $"the answer is not JSON: {Shorten(json)}");
        }
    }

    /// <inheritdoc cref="Read(string, IReadOnlyList{GradingItem}, string)"/>
    public static IReadOnlyList<Grade> Read(JsonElement answer, IReadOnlyList<GradingItem> items, string boundary)
    {
        try
        {
            var (results, problem) = Results(answer, DeepestWrapping);
            return results is null ? Fail(items, boundary, problem!) : Match(results, items, boundary);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A body that is no JSON, or a text with half of a surrogate pair, which System.Text.Json tells when it is asked for.
            return Fail(items, boundary, $"the answer cannot be read: {e.Message}");
        }
    }

    static (JsonElement[]? Found, string? Problem) Results(JsonElement answer, int depth) => answer.ValueKind switch
    {
        JsonValueKind.Array => ([.. answer.EnumerateArray()], null),
        JsonValueKind.String when depth > 0 => Results(JsonElement.Parse(answer.GetString()!), depth - 1),
        JsonValueKind.Object when answer.TryGetProperty(ScoreKey, out _) || answer.TryGetProperty("id", out _) => ([answer], null),
        JsonValueKind.Object when Told(answer) is { } told => (null, told),
        JsonValueKind.Object when depth > 0 && answer.TryGetProperty("body", out var body) => Results(body, depth - 1),
        _ => (null, $"the answer is {Show(answer)}, but needs to be a list of objects with id and {ScoreKey}."),
    };

    // How a function and the service before it tell that it failed.
    static string? Told(JsonElement answer) =>
        answer.TryGetProperty("errorMessage", out var message)
            ? $"the function failed: {(answer.TryGetProperty("errorType", out var type) ? $"{type}: " : "")}{Shorten(message.ToString())}"
            : answer.TryGetProperty("statusCode", out var status) && status.ValueKind == JsonValueKind.Number && status.GetDouble() >= 400
                ? $"the function answered with status {status}: {(answer.TryGetProperty("body", out var body) ? Shorten(body.ToString()) : "no body")}"
                : null;

    static IReadOnlyList<Grade> Match(JsonElement[] results, IReadOnlyList<GradingItem> items, string boundary)
    {
        var byId = results.ToLookup(Id, StringComparer.Ordinal);
        string[] strangers = [.. byId.Select(group => group.Key).OfType<string>().Where(id => items.All(item => item.Id != id)).Take(3)];
        string others = strangers.Length == 0 ? "" : $", but for '{string.Join("', '", strangers)}', which was not asked for";
        return
        [
            .. items.Select(item => byId[item.Id].ToArray() switch
            {
                [var one] => GradeOf(item, one, boundary),
                [] => item.Failed(boundary, $"{results.Length} results for {items.Count} items, none for '{item.Id}'{others}."),
                { Length: var count } => item.Failed(boundary, $"{count} results for the one item '{item.Id}'."),
            }),
        ];
    }

    static string? Id(JsonElement result) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty("id", out var id)
        ? id.ValueKind switch
        {
            JsonValueKind.String => id.GetString(),
            JsonValueKind.Number => id.GetRawText(),
            _ => null,
        }
        : null;

    static Grade GradeOf(GradingItem item, JsonElement result, string boundary)
    {
        var metrics = Metrics(result);
        if (!result.TryGetProperty(ScoreKey, out var given))
        {
            return result.TryGetProperty("error", out var error)
                ? item.Failed(boundary, Shorten(error.ToString()), metrics)
                : item.Failed(boundary, $"the result for '{item.Id}' has no {ScoreKey}.", metrics);
        }

        return given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out double score) && double.IsFinite(score)
            ? item.Scored(score, Reason(result, score), metrics)
            : item.Failed(boundary, $"{ScoreKey} is {Show(given)}, but needs to be a finite number.", metrics);
    }

    static string Reason(JsonElement result, double score) =>
        result.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
        ? Shorten(reason.GetString()!)
        : $"Its score is {score}.";

    // The score stands without a metric that is malformed.
    static Metric[] Metrics(JsonElement result) =>
        result.TryGetProperty("metrics_list", out var list) && list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(MetricOf).OfType<Metric>()]
        : [];

    static Metric? MetricOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            && json.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out double number) && double.IsFinite(number)
        ? new Metric(name.GetString()!, number, IsReward(json) ? MetricType.Reward : MetricType.Metric)
        : null;

    static bool IsReward(JsonElement metric) =>
        metric.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && string.Equals(type.GetString(), nameof(MetricType.Reward), StringComparison.OrdinalIgnoreCase);

    static IReadOnlyList<Grade> Fail(IReadOnlyList<GradingItem> items, string boundary, string message) =>
        [.. items.Select(item => item.Failed(boundary, message))];

    static string Show(JsonElement json) => Shorten(json.GetRawText());

    static string Shorten(string text) => text.Length <= 300 ? text : $"{text[..300]}…";
}
