namespace Hone.Tests.Grading.Json;

/// <summary>Schemas with values that fit and values that do not, one schema a line: draft | schema | fits | does not.</summary>
/// <remarks>Drafts are 7, 2020 or both; values stand apart by two spaces.</remarks>
static class SchemaCases
{
    public static IEnumerable<(string Draft, string Schema, string Value, bool Fits)> All =>
        from line in (Values + Numbers + Texts + Objects + Lists + Combinations + References + Unevaluated).Split('\n')
        where line.Length > 0
        let columns = $"{line} ".Split(" | ")
        from draft in columns[0].Trim() == "both" ? ["7", "2020"] : new[] { columns[0].Trim() }
        from side in new[] { 2, 3 }
        from value in columns[side].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        select (draft, columns[1], value, side == 2);

    const string Values =
        """
        both | true | 1  null  {} |
        both | false |  | 1  null  {}
        both | {} | 1  "a"  [] |
        both | {"type":"integer"} | 1  1.0  -3  1e3  10e-1  0.0  -0 | 1.5  "1"  null  true  1e-1
        both | {"type":"number"} | 1  1.5  -1e400 | "1"  null  []
        both | {"type":"string"} | ""  "1" | 1  null  []  {}
        both | {"type":"boolean"} | true  false | 0  1  "true"  null
        both | {"type":"null"} | null | 0  ""  false  []
        both | {"type":"array"} | []  [1] | {}  "[]"
        both | {"type":"object"} | {}  {"a":1} | []  "{}"
        both | {"type":["string","null"]} | "a"  null | 1  {}
        both | {"type":["integer","array"]} | 1  []  2.0 | 1.5  {}
        both | {"enum":[1,"a",null,[1,2],{"a":1}]} | 1  1.0  "a"  null  [1,2]  [1.0,2]  {"a":1.0} | 2  "A"  [2,1]  {"a":1,"b":2}  false
        both | {"enum":[true]} | true | 1  "true"
        both | {"enum":[]} |  | 1  null
        both | {"const":{"a":[1,{"b":2}],"c":null}} | {"c":null,"a":[1,{"b":2}]}  {"a":[1.0,{"b":2e0}],"c":null} | {"a":[1,{"b":2}]}  {"a":[{"b":2},1],"c":null}
        both | {"const":0} | 0  -0  0.0  0e10 | false  ""  null  []
        both | {"const":false} | false | 0  null
        both | {"const":"é"} | "é"  "\u00e9" | "e"  "e\u0301"
        both | {"const":1e400} | 1e400  10e399 | 1e401  1
        both | {"const":null} | null | 0  "null"

        """;

    const string Numbers =
        """
        both | {"minimum":1.1} | 2.6  1.1  "x"  1.10 | 0.6  -5
        both | {"minimum":-2} | -1  0  -2  -2.0 | -2.0001  -3
        both | {"maximum":3} | 2.6  3  3.0  "x"  null | 3.5  3.00000000000000000000000001
        both | {"exclusiveMinimum":1.1} | 1.2  "x" | 1.1  1.10  0.6
        both | {"exclusiveMaximum":3} | 2.2  2.99999999999999999999 | 3  3.0  3.5
        both | {"minimum":100000000000000000000} | 100000000000000000000  1e21 | 99999999999999999999
        both | {"maximum":1e300} | 1e299  -1e400 | 1e301  1e400
        both | {"minimum":0,"maximum":10} | 0  5  10 | -1  11
        both | {"multipleOf":2} | 10  0  -4  4.0  "x" | 7  -3
        both | {"multipleOf":1.5} | 0  4.5  -3 | 35
        both | {"multipleOf":0.0001} | 0.0075  1  12.3456 | 0.00751
        both | {"multipleOf":0.01} | 0.07  4.35  19.99  0.29 | 0.075
        both | {"multipleOf":0.1} | 0.3  1.1  100000000000000000000.7 | 0.35
        both | {"multipleOf":1e-8} | 12391239123  0.00000001 | 0.000000001
        both | {"multipleOf":3} | 3e0  9e1  30 | 1e50  10
        both | {"multipleOf":7,"type":"integer"} | 7000000000000000000000000000000000000000  14 | 7000000000000000000000000000000000000001

        """;

    const string Texts =
        """
        both | {"minLength":2} | "foo"  "fo"  1  "💩💩" | "f"  ""  "💩"
        both | {"maxLength":2} | "f"  "fo"  100  "💩💩"  "" | "foo"  "💩💩💩"
        both | {"minLength":2.0,"maxLength":2} | "ab"  "éé" | "a"  "abc"
        both | {"maxLength":0} | "" | "a"
        both | {"pattern":"^a*$"} | ""  "aaa"  1  null | "abc"  "aaa\n"
        both | {"pattern":"a+"} | "xxaayy" | "xxyy"
        both | {"pattern":"^\\d{3}-\\d{4}$"} | "555-1234" | "555-12345"  "٥٥٥-1234"
        both | {"pattern":"^\\w+$"} | "a_B9" | "é"  "a b"
        both | {"pattern":"^[\\d.]+$"} | "1.5" | "1,5"  "١"
        both | {"pattern":"^\\S+$"} | "ab" | "a b"  "a\u00a0b"
        both | {"pattern":"^(?:[a-z]+\\.)+$"} | "a.b." | "a.b"
        both | {"pattern":"^(?=.*[0-9])(?=.*[a-z]).{4,}$"} | "abc1" | "abcd"  "ab1"
        both | {"pattern":"^.$"} | "a"  "💩"  "é" | "ab"  "\n"  ""
        both | {"pattern":"^[^a]$"} | "b" | "a"
        both | {"pattern":"\\/\\-"} | "a/-b" | "a-/b"
        both | {"pattern":"^\\p{L}+$"} | "é"  "ж" | "1"  "a1"
        both | {"pattern":"(a|b)\\1"} | "aa"  "bb" | "ab"
        both | {"pattern":"^[\\w-]+$"} | "a-b_c" | "a b"
        both | {"pattern":"a|b"} | "b"  "xay" | "c"

        """;

    const string Objects =
        """
        both | {"required":["foo"]} | {"foo":1}  {"foo":null}  []  "" | {}  {"bar":1}  {"Foo":1}
        both | {"required":[]} | {} |
        both | {"required":["foo\nbar","foo\"bar"]} | {"foo\nbar":1,"foo\"bar":1} | {"foo\nbar":1}
        both | {"properties":{"foo":{"type":"integer"},"bar":{"type":"string"}}} | {"foo":1,"bar":"x"}  {}  {"z":1}  []  {"foo":1.0} | {"foo":"x"}  {"foo":1,"bar":2}
        both | {"properties":{"foo":true,"bar":false}} | {}  {"foo":1} | {"bar":1}  {"foo":1,"bar":2}
        both | {"properties":{"a":{"properties":{"b":{"minimum":3}}}}} | {"a":{"b":3}}  {"a":1} | {"a":{"b":2}}
        both | {"properties":{"__proto__":{"type":"number"},"toString":{"properties":{"length":{"type":"string"}}}}} | {"__proto__":1}  {"toString":7} | {"__proto__":"x"}  {"toString":{"length":37}}
        both | {"patternProperties":{"f.*o":{"type":"integer"}}} | {"foo":1}  {"foo":1,"foooooo":2}  {"bar":"x"}  ["foo"] | {"foo":"x"}  {"foo":1,"fooooo":"x"}
        both | {"patternProperties":{"a*":{"type":"integer"},"aaa*":{"maximum":20}}} | {"a":21}  {"aaaa":18} | {"a":"x"}  {"aaaa":31}  {"aaa":"x"}
        both | {"patternProperties":{"[0-9]{2,}":{"type":"boolean"},"X_":{"type":"string"}}} | {"answer 1":"42"}  {"a_x_3":3} | {"a31b":null}  {"a_X_3":3}
        both | {"properties":{"foo":{},"bar":{}},"patternProperties":{"^v":{}},"additionalProperties":false} | {"foo":1}  {"foo":1,"vroom":2}  [1]  "x" | {"foo":1,"bar":2,"quux":"x"}
        both | {"properties":{"foo":{}},"additionalProperties":{"type":"boolean"}} | {"foo":1}  {"foo":1,"x":true} | {"foo":1,"x":12}
        both | {"additionalProperties":{"type":"boolean"}} | {"a":true}  {} | {"a":1}
        both | {"allOf":[{"properties":{"foo":{}}}],"additionalProperties":{"type":"boolean"}} | {"foo":true,"bar":false} | {"foo":1,"bar":true}
        both | {"additionalProperties":false} | {}  1 | {"":1}
        both | {"minProperties":1} | {"foo":1}  {"a":1,"b":2}  [] | {}
        both | {"maxProperties":2} | {"a":1}  {}  [1,2,3] | {"a":1,"b":2,"c":3}
        both | {"maxProperties":0} | {} | {"a":1}
        both | {"propertyNames":{"maxLength":3}} | {"f":{},"foo":{}}  {}  [1] | {"foo":{},"foobar":{}}
        both | {"propertyNames":{"pattern":"^a+$"}} | {"a":{},"aa":{}} | {"aaA":{}}
        both | {"propertyNames":false} | {} | {"a":1}
        both | {"propertyNames":{"enum":["a","b"]}} | {"a":1} | {"c":1}
        both | {"dependencies":{"bar":["foo"]}} | {}  {"foo":1}  {"foo":1,"bar":2}  ["bar"] | {"bar":2}
        both | {"dependencies":{"quux":["foo","bar"]}} | {"foo":1,"bar":2,"quux":3} | {"foo":1,"quux":2}  {"quux":1}
        both | {"dependencies":{"bar":{"properties":{"foo":{"type":"integer"},"bar":{"type":"integer"}}}}} | {"foo":1,"bar":2}  {"foo":"x"} | {"foo":"x","bar":2}  {"foo":2,"bar":"x"}
        both | {"dependencies":{"foo":true,"bar":false}} | {"foo":1}  {} | {"bar":2}
        2020 | {"dependentRequired":{"bar":["foo"]}} | {}  {"foo":1}  {"foo":1,"bar":2}  [] | {"bar":2}
        2020 | {"dependentRequired":{"bar":[]}} | {"bar":2}  {} |
        7 | {"dependentRequired":{"bar":["foo"]}} | {"bar":2} |
        2020 | {"dependentSchemas":{"bar":{"properties":{"foo":{"type":"integer"}}}}} | {"foo":"x"}  {"foo":1,"bar":1}  1 | {"foo":"x","bar":2}
        2020 | {"dependentSchemas":{"foo\tbar":{"minProperties":4},"foo'bar":{"required":["foo\"bar"]}}} | {"foo\tbar":1,"a":2,"b":3,"c":4}  {"foo'bar":{"foo\"bar":1},"foo\"bar":2} | {"foo\tbar":1,"a":2}  {"foo'bar":1}
        7 | {"dependentSchemas":{"bar":false}} | {"bar":1} |

        """;

    const string Lists =
        """
        both | {"minItems":1} | [1]  [1,2]  "" | []
        both | {"maxItems":2} | [1]  [1,2]  []  "foobar" | [1,2,3]
        both | {"items":{"type":"integer"}} | [1,2,3]  []  {"foo":"bar"} | [1,"x"]  [null]
        both | {"items":true} | [1,"a"]  [] |
        both | {"items":false} | [] | [1]
        both | {"items":{"items":{"items":{"type":"number"}}}} | [[[1]],[[2],[3]]]  [[]] | [[["1"]]]
        7 | {"items":[{"type":"integer"},{"type":"string"}]} | [1,"x"]  [1]  [1,"x",true]  []  {"0":"x"} | ["x",1]  [1,2]
        7 | {"items":[{}],"additionalItems":{"type":"integer"}} | [null,2,3]  [] | [null,2,"x"]
        7 | {"items":[{},{},{}],"additionalItems":false} | []  [1,2]  [1,2,3] | [1,2,3,4]
        7 | {"items":{},"additionalItems":false} | [1,2,3,4,5] |
        7 | {"additionalItems":false} | [1,2] |
        7 | {"items":[true,false]} | [1]  [] | [1,2]
        7 | {"prefixItems":[{"type":"string"}]} | [1] |
        2020 | {"prefixItems":[{"type":"integer"},{"type":"string"}]} | [1,"x"]  [1]  [1,"x",true]  []  {"0":"x"} | ["x",1]
        2020 | {"prefixItems":[{"type":"string"}],"items":{"type":"integer"}} | ["x",2,3]  ["x"] | ["x","y"]  [1]
        2020 | {"prefixItems":[{},{}],"items":false} | [1,2]  [1] | [1,2,3]
        2020 | {"prefixItems":[true,false]} | [1]  [] | [1,2]
        2020 | {"additionalItems":false} | [1] |
        both | {"contains":{"minimum":5}} | [3,4,5]  [5]  {} | [2,3]  []
        both | {"contains":{"const":5}} | [3,4,5]  [5,5] | [1,2]
        both | {"contains":true} | [1]  ["x"] | []
        both | {"contains":false} | "not lists" | [1]  []
        both | {"items":{"multipleOf":2},"contains":{"multipleOf":3}} | [6,12] | [2,4]  [3,6,9]  [1,5]
        2020 | {"contains":{"const":1},"minContains":2} | [1,1]  [1,2,1] | [1]  []  [1,2]
        2020 | {"contains":{"const":1},"minContains":0} | []  [2] |
        2020 | {"contains":{"const":1},"maxContains":1} | [1]  [1,2] | []  [1,1]
        2020 | {"contains":{"const":1},"minContains":1,"maxContains":3} | [1]  [1,1,1] | []  [1,1,1,1]
        2020 | {"contains":{"const":1},"minContains":3,"maxContains":1} |  | [1]  [1,1,1]  []
        2020 | {"minContains":2,"maxContains":0} | [1]  [] |
        2020 | {"contains":{"const":1},"maxContains":0,"minContains":0} | []  [2] | [1]
        7 | {"contains":{"const":1},"minContains":2} | [1] | []
        both | {"uniqueItems":true} | [1,2]  [1,true]  [0,false]  [{"a":1},{"a":2}]  [[1],[true]]  []  ["a","A"]  [[1,2],[2,1]]  {"a":1} | [1,1]  [1,1.0]  [{"a":1,"b":2},{"b":2,"a":1}]  [[1],[1.0]]  [{"a":[1]},{"a":[1]}]  ["a","\u0061"]
        both | {"uniqueItems":false} | [1,1] |

        """;

    const string Combinations =
        """
        both | {"allOf":[{"properties":{"bar":{"type":"integer"}},"required":["bar"]},{"properties":{"foo":{"type":"string"}},"required":["foo"]}]} | {"foo":"x","bar":2} | {"foo":"x"}  {"bar":2}  {"foo":1,"bar":2}
        both | {"allOf":[{"maximum":30}],"minimum":20} | 25 | 35  10
        both | {"allOf":[true,false]} |  | 1
        both | {"anyOf":[{"type":"integer"},{"minimum":2}]} | 1  2.5  3  "x" | 1.5
        both | {"anyOf":[{"maxLength":2},{"minLength":4}],"type":"string"} | "ab"  "abcd" | "abc"  3
        both | {"anyOf":[false,false]} |  | 1
        both | {"oneOf":[{"type":"integer"},{"minimum":2}]} | 1  2.5 | 3  1.5
        both | {"oneOf":[{"required":["foo","bar"]},{"required":["foo","baz"]}]} | {"foo":1,"bar":2}  {"foo":1,"baz":2} | {"bar":2}  {"foo":1,"bar":2,"baz":3}
        both | {"oneOf":[true,true,false]} |  | 1
        both | {"not":{"type":"integer"}} | "x"  1.1 | 1
        both | {"not":{"type":["integer","boolean"]}} | "x" | 1  true
        both | {"not":{"not":{"type":"string"}}} | "x" | 1
        both | {"not":{}} |  | 1  {}
        both | {"not":{"properties":{"foo":{"type":"string"}},"type":"object"}} | 1  {"foo":1} | {"foo":"x"}  {}
        both | {"if":{"exclusiveMaximum":0},"then":{"minimum":-10},"else":{"multipleOf":2}} | -1  4  -10 | -100  3
        both | {"if":{"exclusiveMaximum":0},"then":{"minimum":-10}} | -1  3 | -100
        both | {"if":{"exclusiveMaximum":0},"else":{"multipleOf":2}} | -1  4 | 3
        both | {"then":{"const":0}} | 1  0 |
        both | {"else":{"const":0}} | 1 |
        both | {"if":true,"then":{"const":"a"},"else":{"const":"b"}} | "a" | "b"
        both | {"if":false,"then":{"const":"a"},"else":{"const":"b"}} | "b" | "a"
        both | {"allOf":[{"if":{"exclusiveMaximum":0}},{"then":{"minimum":-10}},{"else":{"multipleOf":2}}]} | -100  3 |
        both | {"if":{"properties":{"kind":{"const":"a"}},"required":["kind"]},"then":{"required":["x"]},"else":{"required":["y"]}} | {"kind":"a","x":1}  {"kind":"b","y":1}  {"y":1} | {"kind":"a","y":1}  {"kind":"b","x":1}  {}

        """;

    const string References =
        """
        both | {"properties":{"foo":{"$ref":"#"}},"additionalProperties":false} | {"foo":false}  {"foo":{"foo":false}} | {"bar":false}  {"foo":{"bar":false}}
        both | {"properties":{"foo":{"type":"integer"},"bar":{"$ref":"#/properties/foo"}}} | {"bar":3} | {"bar":true}
        both | {"definitions":{"a":{"type":"integer"},"b":{"$ref":"#/definitions/a"},"c":{"$ref":"#/definitions/b"}},"allOf":[{"$ref":"#/definitions/c"}]} | 5 | "a"
        2020 | {"$defs":{"a":{"type":"integer"}},"$ref":"#/$defs/a","minimum":3} | 3 | 2  "a"
        7 | {"definitions":{"a":{"type":"integer"}},"$ref":"#/definitions/a","minimum":3} | 3  2 | "a"
        both | {"definitions":{"tilde~field":{"type":"integer"},"slash/field":{"type":"integer"},"percent%field":{"type":"integer"}},"properties":{"tilde":{"$ref":"#/definitions/tilde~0field"},"slash":{"$ref":"#/definitions/slash~1field"},"percent":{"$ref":"#/definitions/percent%25field"}}} | {"slash":123}  {"tilde":1,"percent":2} | {"slash":"x"}  {"tilde":"x"}  {"percent":"x"}
        7 | {"items":[{"type":"integer"},{"$ref":"#/items/0"}]} | [1,2] | [1,"x"]
        2020 | {"prefixItems":[{"type":"integer"},{"$ref":"#/prefixItems/0"}]} | [1,2] | [1,"x"]
        both | {"properties":{"$ref":{"type":"string"}}} | {"$ref":"a"} | {"$ref":2}
        both | {"properties":{"$ref":{"$ref":"#/definitions/is"}},"definitions":{"is":{"type":"string"}}} | {"$ref":"a"} | {"$ref":2}
        both | {"allOf":[{"$ref":"#/definitions/yes"}],"definitions":{"yes":true}} | 1 |
        both | {"allOf":[{"$ref":"#/definitions/no"}],"definitions":{"no":false}} |  | 1
        both | {"$id":"http://example.com/root.json","properties":{"n":{"$ref":"node.json"}},"definitions":{"node":{"$id":"node.json","type":"integer"}}} | {"n":1} | {"n":"a"}
        both | {"$id":"http://example.com/tree","type":"object","properties":{"nodes":{"type":"array","items":{"$ref":"node"}}},"required":["meta","nodes"],"definitions":{"node":{"$id":"http://example.com/node","type":"object","properties":{"value":{"type":"number"},"subtree":{"$ref":"tree"}},"required":["value"]}}} | {"meta":"r","nodes":[{"value":1,"subtree":{"meta":"c","nodes":[{"value":1.1}]}}]} | {"meta":"r","nodes":[{"value":1,"subtree":{"meta":"c","nodes":[{"value":"x"}]}}]}
        7 | {"allOf":[{"$ref":"#foo"}],"definitions":{"A":{"$id":"#foo","type":"integer"}}} | 1 | "a"
        2020 | {"$ref":"#foo","$defs":{"A":{"$anchor":"foo","type":"integer"}}} | 1 | "a"
        2020 | {"$id":"http://localhost:1234/root","$ref":"http://localhost:1234/nested.json#foo","$defs":{"A":{"$id":"nested.json","$defs":{"B":{"$anchor":"foo","type":"integer"}}}}} | 1 | "a"
        2020 | {"$id":"urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed","properties":{"foo":{"$ref":"urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed#/$defs/bar"}},"$defs":{"bar":{"type":"string"}}} | {"foo":"bar"} | {"foo":12}
        2020 | {"$dynamicRef":"#foo","$defs":{"foo":{"$dynamicAnchor":"foo","type":"integer"}}} | 1 | "a"
        2020 | {"$dynamicRef":"#foo","$defs":{"foo":{"$anchor":"foo","type":"integer"}}} | 1 | "a"
        2020 | {"$id":"https://t.example/root","$ref":"list","$defs":{"foo":{"$dynamicAnchor":"items","type":"string"},"list":{"$id":"list","type":"array","items":{"$dynamicRef":"#items"},"$defs":{"items":{"$dynamicAnchor":"items"}}}}} | ["foo","bar"]  [] | ["foo",42]
        2020 | {"$id":"https://t.example/root2","$ref":"list","$defs":{"foo":{"$anchor":"items","type":"string"},"list":{"$id":"list","type":"array","items":{"$dynamicRef":"#items"},"$defs":{"items":{"$dynamicAnchor":"items"}}}}} | ["foo",42] | 1
        2020 | {"$id":"https://t.example/strict","$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false,"$defs":{"tree":{"$id":"tree","$dynamicAnchor":"node","type":"object","properties":{"data":true,"children":{"type":"array","items":{"$dynamicRef":"#node"}}}}}} | {"children":[{"data":1}]} | {"children":[{"daat":1}]}  {"daat":1}
        both | {"const":{"$ref":"#/definitions/a"},"definitions":{"a":{"type":"integer"}}} | {"$ref":"#/definitions/a"} | 1
        both | {"definitions":{"enumed":{"enum":[{"$id":"x","type":"null"}]}},"anyOf":[{"$ref":"#/definitions/enumed"},{"type":"integer"}]} | {"$id":"x","type":"null"}  1 | "a"  null
        both | {"x-custom":{"a":{"type":"integer"}},"properties":{"v":{"$ref":"#/x-custom/a"}}} | {"v":1} | {"v":"a"}

        """;

    const string Unevaluated =
        """
        2020 | {"unevaluatedProperties":false} | {}  1 | {"a":1}
        2020 | {"unevaluatedProperties":{"type":"string","minLength":3}} | {"foo":"foo"} | {"foo":"fo"}
        2020 | {"properties":{"foo":{}},"unevaluatedProperties":false} | {"foo":1} | {"foo":1,"bar":2}
        2020 | {"patternProperties":{"^foo":{}},"unevaluatedProperties":false} | {"foo":1,"foobar":2} | {"bar":1}
        2020 | {"properties":{"foo":{}},"additionalProperties":true,"unevaluatedProperties":false} | {"foo":1,"bar":2} |
        2020 | {"properties":{"foo":{}},"allOf":[{"properties":{"bar":{}}}],"unevaluatedProperties":false} | {"foo":1,"bar":2} | {"foo":1,"bar":2,"baz":3}
        2020 | {"anyOf":[{"properties":{"bar":{"const":"bar"}},"required":["bar"]},{"properties":{"baz":{"const":"baz"}},"required":["baz"]}],"properties":{"foo":{}},"unevaluatedProperties":false} | {"foo":1,"bar":"bar"}  {"foo":1,"bar":"bar","baz":"baz"} | {"foo":1,"bar":"bar","baz":"x"}
        2020 | {"oneOf":[{"properties":{"bar":{"const":"bar"}},"required":["bar"]},{"properties":{"baz":{"const":"baz"}},"required":["baz"]}],"unevaluatedProperties":false} | {"bar":"bar"} | {"bar":"bar","quux":1}
        2020 | {"not":{"not":{"properties":{"bar":{"const":"bar"}},"required":["bar"]}},"unevaluatedProperties":false} |  | {"bar":"bar"}
        2020 | {"if":{"properties":{"foo":{"const":"then"}},"required":["foo"]},"then":{"properties":{"bar":{}}},"else":{"properties":{"baz":{}}},"unevaluatedProperties":false} | {"foo":"then","bar":1}  {"baz":1} | {"foo":"then","bar":1,"baz":1}  {"foo":"else","baz":1}
        2020 | {"dependentSchemas":{"foo":{"properties":{"bar":{"const":"bar"}}}},"properties":{"foo":{}},"unevaluatedProperties":false} | {"foo":1,"bar":"bar"} | {"bar":"bar"}
        2020 | {"$ref":"#/$defs/bar","properties":{"foo":{}},"unevaluatedProperties":false,"$defs":{"bar":{"properties":{"bar":{}}}}} | {"foo":1,"bar":2} | {"foo":1,"bar":2,"baz":3}
        2020 | {"properties":{"foo":{"properties":{"bar":{}},"unevaluatedProperties":false}},"unevaluatedProperties":false} | {"foo":{"bar":1}} | {"foo":{"faz":1}}
        2020 | {"allOf":[{"properties":{"foo":true},"unevaluatedProperties":false}],"properties":{"bar":true}} | {"foo":1} | {"foo":1,"bar":1}
        2020 | {"allOf":[{"unevaluatedProperties":true}],"unevaluatedProperties":false} | {"a":1} |
        2020 | {"propertyNames":{"maxLength":5},"unevaluatedProperties":false} | {} | {"a":1}
        2020 | {"unevaluatedProperties":false,"unevaluatedItems":false} | []  {}  1 | [1]  {"a":1}
        2020 | {"unevaluatedItems":false} | []  {} | [1]
        2020 | {"items":{"type":"string"},"unevaluatedItems":false} | ["a","b"] | [1]
        2020 | {"prefixItems":[{"type":"string"}],"unevaluatedItems":false} | ["a"] | ["a",1]
        2020 | {"prefixItems":[{"type":"string"}],"items":true,"unevaluatedItems":false} | ["a",1] |
        2020 | {"prefixItems":[{}],"allOf":[{"prefixItems":[true,{"type":"number"}]}],"unevaluatedItems":false} | ["a",42] | ["a",42,1]
        2020 | {"anyOf":[{"prefixItems":[true,{"const":"b"}]},{"prefixItems":[true,true,{"const":"c"}]}],"unevaluatedItems":false} | ["a","b"]  ["a","b","c"]  ["a","x","c"] | ["a","b","x"]  ["a","b","c","d"]
        2020 | {"contains":{"const":1},"unevaluatedItems":{"const":2}} | [1,2,1]  [1,1] | [1,3]  [2]
        2020 | {"allOf":[{"contains":{"multipleOf":2}},{"contains":{"multipleOf":3}}],"unevaluatedItems":{"multipleOf":5}} | [2,3,4,5,6] | [2,3,4,7,8]
        2020 | {"if":{"contains":{"const":"a"}},"then":{"if":{"contains":{"const":"b"}},"then":{"if":{"contains":{"const":"c"}}}},"unevaluatedItems":false} | ["a","b","c"]  []  ["a","a"] | ["b","b"]  ["c"]  ["a","b","c","d"]
        2020 | {"unevaluatedItems":{"type":"string"}} | []  ["a"] | [1]
        7 | {"unevaluatedProperties":false} | {"a":1} |
        7 | {"unevaluatedItems":false} | [1] |

        """;
}
