using System.Text.Json;

namespace Hone.Grading.Json.Schema.Keywords;

/// <summary>Reads one keyword into its rule; null where it asserts nothing or where it told a problem.</summary>
delegate SchemaRule? KeywordReader(SchemaForm form, JsonElement value);

/// <summary>Every keyword that asserts something, by draft, in the order in which they are checked.</summary>
static class SchemaKeywords
{
    static readonly (string Name, KeywordReader Read)[] _both =
    [
        .. ValueKeywords.All, .. NumberKeywords.All, .. TextKeywords.All, .. ObjectKeywords.All, .. ListKeywords.Both, .. CombiningKeywords.All,
    ];

    static readonly (string Name, KeywordReader Read)[] _draft7 = [.. _both, .. ListKeywords.Draft7];

    // Those that ask what others have looked at come last.
    static readonly (string Name, KeywordReader Read)[] _draft202012 =
        [.. _both, .. ListKeywords.Draft202012, .. ObjectKeywords.Draft202012, .. ReferenceKeywords.All, .. UnevaluatedKeywords.All];

    // Read with another keyword, or notes for people and machines that assert nothing.
    static readonly HashSet<string> _silent =
    [
        "$schema", "$id", "$anchor", "$dynamicAnchor", "$vocabulary", "$comment", "$defs", "definitions", "then", "else", "additionalItems",
        "minContains", "maxContains", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
        "contentEncoding", "contentMediaType", "contentSchema", "strict",
    ];

    public static IReadOnlyList<SchemaRule> Rules(SchemaForm form)
    {
        switch (form.Node.Json.ValueKind)
        {
            case JsonValueKind.True:
                return [];
            case JsonValueKind.False:
                return [(run, _, _) => run.Fail("is not allowed")];
            case not JsonValueKind.Object:
                form.Problem($" is {GraderReader.Show(form.Node.Json)}, but needs to be a schema: an object, true or false");
                return [];
        }

        return form.Draft == SchemaDraft.Draft7 ? Draft7(form) : Read(form, _draft202012);
    }

    // Beside a reference draft 7 takes nothing else into account.
    static List<SchemaRule> Draft7(SchemaForm form) =>
        form.Any("$ref") is { } reference
            ? ReferenceKeywords.Reference(form, reference) is { } rule ? [rule] : []
            : Read(form, _draft7);

    static List<SchemaRule> Read(SchemaForm form, (string Name, KeywordReader Read)[] keywords)
    {
        var rules = new List<SchemaRule>();
        foreach (var (name, read) in keywords)
        {
            if (form.Any(name) is { } value && read(form, value) is { } rule)
            {
                rules.Add(rule);
            }
        }

        form.Reading.Unknown.UnionWith(form.Node.Json.EnumerateObject().Select(member => member.Name)
            .Where(name => !_silent.Contains(name) && !name.StartsWith("x-", StringComparison.Ordinal) && keywords.All(known => known.Name != name)));
        return rules;
    }
}
