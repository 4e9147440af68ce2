using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>One field of the reference that counts.</summary>
/// <param name="Name">A member of the top object, or a JSON pointer such as <c>/address/city</c>.</param>
sealed record JsonField(string Name, double Weight, JsonMatch Match);

/// <summary>score = Σ weight · agreement / Σ weight − missing · share of fields that are missing − extra · share of members too many, from 0 to 1.</summary>
/// <remarks>
/// <para>When to use it: extraction of records, where each field that is right is worth something. Without <c>fields</c> every member of the
/// reference's top object counts 1; where the reference is no object, it is one field. <see cref="JsonMatch.Agreement"/> says how two values
/// are compared.</para>
/// <para>Members too many are those of the answer's top object that the reference lacks; their share is of all that the reference has.
/// Each field's agreement is a metric of its name. A reference without JSON or without a named field is a fault.</para>
/// </remarks>
public sealed class JsonFieldsGrader : IGrader
{
    const int MostMetrics = 32;

    readonly JsonPlace _from;
    readonly JsonMatch _match;
    readonly IReadOnlyList<JsonField>? _fields;
    readonly double _missing;
    readonly double _extra;

    internal JsonFieldsGrader(JsonPlace from, JsonMatch match, IReadOnlyList<JsonField>? fields = null, double missing = 0, double extra = 0) =>
        (_from, _match, _fields, _missing, _extra) = (from, match, fields, missing, extra);

    internal static JsonFieldsGrader Read(GraderForm form)
    {
        var match = JsonFieldsForm.Match(form, new JsonMatch());
        double missing = form.Number("missing", 0, 1) ?? 0;
        double extra = form.Number("extra", 0, 1) ?? 0;
        return new(JsonAnswer.ReadPlace(form), match, JsonFieldsForm.Fields(form, match), missing, extra);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

    Grade GradeOne(GradingItem item)
    {
        if (ReferenceJson.Of(item, out string problem) is not { } expected)
        {
            return item.Failed("reference", problem);
        }

        var fields = FieldsOf(expected);
        if (fields.FirstOrDefault(field => JsonPath.Find(expected, field.Name) is null) is { } unknown)
        {
            return item.Failed("reference", $"the reference answer has no field \"{unknown.Name}\", which counts.");
        }

        var parsed = JsonAnswer.Find(item.Completion, _from, out problem);
        return parsed is { } given
            ? Compare(item, expected, given, fields)
            : item.Scored(0, problem, [new("parsed", 0, MetricType.Metric), .. fields.Take(MostMetrics).Select(field => Part(field, 0))]);
    }

    Grade Compare(GradingItem item, JsonElement expected, JsonElement given, IReadOnlyList<JsonField> fields)
    {
        double sum = 0, weights = 0;
        int missing = 0;
        var metrics = new List<Metric> { new("parsed", 1, MetricType.Metric) };
        var wrong = new List<string>();
        foreach (var field in fields)
        {
            var wanted = JsonPath.Find(expected, field.Name)!.Value;
            var found = JsonPath.Find(given, field.Name);
            double agreement = found is { } value ? field.Match.Agreement(wanted, value) : 0;
            missing += found is null ? 1 : 0;
            sum += field.Weight * agreement;
            weights += field.Weight;
            if (agreement < 1)
            {
                wrong.Add($"{(field.Name.Length == 0 ? "the value" : field.Name)} {(found is null ? "is missing" : $"agrees by {agreement:0.##}")}");
            }

            if (metrics.Count <= MostMetrics)
            {
                metrics.Add(Part(field, agreement));
            }
        }

        double score = weights == 0 ? 1 : sum / weights;
        score -= (fields.Count == 0 ? 0 : _missing * missing / fields.Count) + (_extra * ExtraShare(expected, given));
        return item.Scored(Math.Clamp(score, 0, 1), Explain(wrong), metrics);
    }

    IReadOnlyList<JsonField> FieldsOf(JsonElement expected) =>
        _fields ?? (expected.ValueKind == JsonValueKind.Object
            ? [.. expected.EnumerateObject().Select(member => new JsonField(JsonPath.OfMember(member.Name), 1, _match))]
            : [new("", 1, _match)]);

    static double ExtraShare(JsonElement expected, JsonElement given)
    {
        if (expected.ValueKind != JsonValueKind.Object || given.ValueKind != JsonValueKind.Object)
        {
            return 0;
        }

        int extra = given.EnumerateObject().Count(member => !expected.TryGetProperty(member.Name, out _));
        return Math.Min(1, extra / (double)Math.Max(1, expected.GetPropertyCount()));
    }

    static Metric Part(JsonField field, double agreement) =>
        new(field.Name.Length == 0 ? "value" : field.Name.TrimStart('/'), agreement, MetricType.Reward);

    static string Explain(List<string> wrong) => wrong.Count == 0
        ? "Every field agrees."
        : $"{string.Join("; ", wrong.Take(3))}{(wrong.Count > 3 ? $"; and {wrong.Count - 3} more" : "")}.";
}
