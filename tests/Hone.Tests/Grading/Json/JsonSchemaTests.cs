using System.Text.Json;
using Hone.Grading.Json.Schema;

namespace Hone.Tests.Grading.Json;

public class JsonSchemaTests
{
    public static TheoryData<string, string> Schemas
    {
        get
        {
            var schemas = new TheoryData<string, string>();
            foreach (var (draft, schema) in SchemaCases.All.Select(row => (row.Draft, row.Schema)).Distinct())
            {
                schemas.Add(draft, schema);
            }

            return schemas;
        }
    }

    [Theory, MemberData(nameof(Schemas))]
    public void A_schema_takes_the_values_that_fit_and_no_others(string draft, string schema)
    {
        var rules = Read(draft, schema);
        var rows = SchemaCases.All.Where(row => row.Draft == draft && row.Schema == schema).ToList();

        Assert.All(rows, row =>
        {
            bool fits = rules.Fits(JsonElement.Parse(row.Value), out string problem);
            Assert.True(fits == row.Fits, $"{row.Value} {(row.Fits ? "fits" : "does not fit")}. {problem}");
            Assert.Equal(fits, problem.Length == 0);
        });
    }

    [Fact]
    public void The_table_has_every_keyword_that_asserts()
    {
        string[] keywords =
        [
            "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
            "required", "properties", "patternProperties", "additionalProperties", "propertyNames", "minProperties", "maxProperties",
            "dependencies", "dependentRequired", "dependentSchemas", "items", "prefixItems", "additionalItems", "contains", "minContains",
            "maxContains", "minItems", "maxItems", "uniqueItems", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$dynamicRef",
            "$anchor", "$id", "unevaluatedProperties", "unevaluatedItems",
        ];

        Assert.All(keywords, keyword => Assert.Contains(SchemaCases.All, row => row.Schema.Contains($"\"{keyword}\"", StringComparison.Ordinal)));
        Assert.True(SchemaCases.All.Count() >= 1_000);
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/none"}""", "s refers to \"#/$defs/none\", which is not in the schema; write it under $defs: nothing is fetched.")]
    [InlineData("""{"$ref":"https://example.com/a.json"}""", "s refers to \"https://example.com/a.json\", which is not in the schema; write it under $defs: nothing is fetched.")]
    [InlineData("""{"properties":{"a":{"$ref":"other.json#/x"}}}""", "s/properties/a refers to \"other.json#/x\", which is not in the schema; write it under $defs: nothing is fetched.")]
    [InlineData("""{"$ref":"#nowhere"}""", "s refers to \"#nowhere\", which is not in the schema; write it under $defs: nothing is fetched.")]
    [InlineData("""{"$ref":"#"}""", "s refers back to itself without going deeper into the value, which never ends.")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}}}""", "s/$defs/a refers back to itself without going deeper into the value, which never ends.")]
    [InlineData("""{"$ref":7}""", "s/$ref is 7, but needs to be a text such as \"#/$defs/name\".")]
    [InlineData("""{"type":"strin"}""", "s/type is \"strin\", but needs to be one or more of null, boolean, object, array, number, string, integer.")]
    [InlineData("""{"type":[]}""", "s/type is [], but needs to be one or more of null, boolean, object, array, number, string, integer.")]
    [InlineData("""{"minLength":-1}""", "s/minLength is -1, but needs to be a whole number of 0 or more.")]
    [InlineData("""{"maxItems":1.5}""", "s/maxItems is 1.5, but needs to be a whole number of 0 or more.")]
    [InlineData("""{"minimum":"1"}""", "s/minimum is \"1\", but needs to be a number.")]
    [InlineData("""{"multipleOf":0}""", "s/multipleOf is 0, but needs to be a number above 0.")]
    [InlineData("""{"required":"a"}""", "s/required is \"a\", but needs to be a list of names.")]
    [InlineData("""{"properties":[]}""", "s/properties is [], but needs to be an object of schemas.")]
    [InlineData("""{"properties":{"a":3}}""", "s/properties is {\"a\":3}, but needs to be an object of schemas.")]
    [InlineData("""{"allOf":[]}""", "s/allOf is [], but needs to be a list of one schema or more.")]
    [InlineData("""{"anyOf":[3]}""", "s/anyOf/0 is 3, but needs to be a schema: an object, true or false.")]
    [InlineData("""{"not":"x"}""", "s/not is \"x\", but needs to be a schema: an object, true or false.")]
    [InlineData("""{"uniqueItems":"yes"}""", "s/uniqueItems is \"yes\", but needs to be true or false.")]
    [InlineData("""{"enum":"a"}""", "s/enum is \"a\", but needs to be a list of values.")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "s/$defs/b has the anchor \"x\", which another schema of the document has.")]
    [InlineData("""{"$defs":{"a":{"$id":"http://x/y"},"b":{"$id":"http://x/y"}}}""", "s/$defs/b has the $id \"http://x/y\", which another schema of the document has.")]
    [InlineData("""[]""", "s is [], but needs to be a schema: an object, true or false.")]
    public void A_schema_that_is_none_is_refused_with_the_place(string schema, string problem) => Assert.Equal([problem], Problems(schema));

    [Theory]
    [InlineData("""{"pattern":"("}""", "s/pattern is \"(\", which is not a pattern that can be read: ")]
    [InlineData("""{"pattern":"\\p{Script=Latin}"}""", "s/pattern is \"\\p{Script=Latin}\", which is not a pattern that can be read: ")]
    [InlineData("""{"patternProperties":{"[":true}}""", "s/patternProperties is \"[\", which is not a pattern that can be read: ")]
    [InlineData("""{"items":[{}]}""", "s/items is [{}], but needs to be one schema; a list of them is draft 7's")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#"}""", "s.$schema is \"http://json-schema.org/draft-04/schema#\", but needs to be ")]
    public void A_schema_of_another_tongue_is_refused_with_a_hint(string schema, string beginning) =>
        Assert.StartsWith(beginning, Assert.Single(Problems(schema)));

    [Fact]
    public void All_problems_of_a_schema_are_told_at_once() =>
        Assert.Equal(3, Problems("""{"minLength":-1,"properties":{"a":{"type":"x"},"b":{"$ref":"#/c"}}}""").Count);

    [Theory]
    [InlineData("""{"properties":{"a":{"items":{"type":"integer"}}}}""", """{"a":[1,"x"]}""", "/a/1 is \"x\", but needs to be of type integer.")]
    [InlineData("""{"required":["a","b"]}""", """{"a":1}""", "The value lacks \"b\".")]
    [InlineData("""{"additionalProperties":false,"properties":{"a":true}}""", """{"a":1,"z":2}""", "/z is not allowed.")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "3", "The value fits none of the 2 schemas of \"anyOf\".")]
    public void What_does_not_fit_is_named_with_its_place(string schema, string value, string problem)
    {
        Read("2020", schema).Fits(JsonElement.Parse(value), out string told);

        Assert.Equal(problem, told);
    }

    [Fact]
    public void A_chain_of_references_is_read_without_end_of_the_stack()
    {
        var definitions = Enumerable.Range(0, 20_000).Select(i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}");
        string schema = $"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{string.Join(',', definitions)},\"d20000\":true}}}}";

        Assert.Throws<SchemaLimitException>(() => Read("2020", schema).Fits(JsonElement.Parse("1"), out _));
    }

    [Fact]
    public void A_schema_that_multiplies_its_work_meets_a_bound()
    {
        // Each level tries the next twice: two to the power of forty steps without a bound.
        var levels = Enumerable.Range(0, 40).Select(i => $"\"d{i}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/d{i + 1}\"}},{{\"$ref\":\"#/$defs/d{i + 1}\"}}]}}");
        string schema = $"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{string.Join(',', levels)},\"d40\":true}}}}";

        Assert.Throws<SchemaLimitException>(() => Read("2020", schema).Fits(JsonElement.Parse("1"), out _));
    }

    [Fact]
    public void Keywords_that_no_draft_knows_are_named() =>
        Assert.Equal(["minlength", "requierd"], Read("2020", """{"requierd":["a"],"minlength":2,"x-note":1,"title":"t"}""").Ignored);

    static JsonSchema Read(string draft, string schema)
    {
        var json = JsonElement.Parse(schema);
        if (draft == "7" && json.ValueKind == JsonValueKind.Object)
        {
            string rest = schema.Trim()[1..];
            json = JsonElement.Parse($"{{\"$schema\":\"http://json-schema.org/draft-07/schema#\"{(rest == "}" ? "" : ",")}{rest}");
        }

        var problems = new List<string>();
        var read = JsonSchema.Read(json, "s", assertsFormats: false, problems.Add);
        Assert.Empty(problems);
        return read!;
    }

    static List<string> Problems(string schema)
    {
        var problems = new List<string>();
        Assert.Null(JsonSchema.Read(JsonElement.Parse(schema), "s", assertsFormats: false, problems.Add));
        return problems;
    }
}
