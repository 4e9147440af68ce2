using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Models.Sampling.Constraints;

/// <summary>The forms of JSON: compact, with one space at most behind a colon or a comma.</summary>
static class JsonForms
{
    // Values of no schema are nested this deep at most: readers have limits.
    const int Deepest = 24;

    // So that whole numbers fit into 64 bits.
    const int MostDigits = 18;

    static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly OneByte _digit = new((0x30, 0x39)), _hex = new((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)), _next = new((0x80, 0xBF));

    public static GrammarNode Comma { get; } = new InOrder(Byte(','), OneOf.Optional(Byte(' ')));

    /// <summary>One character of a string, escaped or not.</summary>
    public static GrammarNode Character { get; } = new OneOf(
        new OneByte((0x20, 0x21), (0x23, 0x5B), (0x5D, 0x7F)),
        new InOrder(new OneByte((0xC2, 0xDF)), _next),
        new InOrder(Byte(0xE0), new OneByte((0xA0, 0xBF)), _next),
        new InOrder(new OneByte((0xE1, 0xEC), (0xEE, 0xEF)), _next, _next),
        new InOrder(Byte(0xED), new OneByte((0x80, 0x9F)), _next),
        new InOrder(Byte(0xF0), new OneByte((0x90, 0xBF)), _next, _next),
        new InOrder(new OneByte((0xF1, 0xF3)), _next, _next, _next),
        new InOrder(Byte(0xF4), new OneByte((0x80, 0x8F)), _next, _next),
        new InOrder(Byte('\\'), new OneOf(OneByte.Of("\"\\/bfnrt"u8), new InOrder(Byte('u'), EscapedUnit()))));

    public static GrammarNode String { get; } = StringOf(0, null);

    public static GrammarNode Integer { get; } = new InOrder(OneOf.Optional(Byte('-')), WholeNumber());

    public static GrammarNode Number { get; } = new InOrder(
        OneOf.Optional(Byte('-')),
        WholeNumber(),
        OneOf.Optional(new InOrder(Byte('.'), new Repeated(_digit, InOrder.Empty, 1, MostDigits))),
        OneOf.Optional(new InOrder(OneByte.Of("eE"u8), OneOf.Optional(OneByte.Of("+-"u8)), new Repeated(_digit, InOrder.Empty, 1, 2))));

    public static GrammarNode Boolean { get; } = new OneOf(InOrder.Text("true"u8), InOrder.Text("false"u8));

    public static GrammarNode Null { get; } = InOrder.Text("null"u8);

    /// <summary>Any value, and any object.</summary>
    public static GrammarNode Value { get; } = ValueOf(Deepest);

    public static GrammarNode Object { get; } = MapOf(ValueOf(Deepest - 1), 0, null);

    public static GrammarNode Array { get; } = ArrayOf(ValueOf(Deepest - 1), 0, null);

    public static GrammarNode Byte(int value) => OneByte.Of([(byte)value]);

    public static GrammarNode StringOf(int least, int? most) => new InOrder(Byte('"'), new Repeated(Character, InOrder.Empty, least, most), Byte('"'));

    public static GrammarNode ArrayOf(GrammarNode item, int least, int? most) => new InOrder(Byte('['), new Repeated(item, Comma, least, most), Byte(']'));

    /// <summary>An object with keys of any name.</summary>
    public static GrammarNode MapOf(GrammarNode value, int least, int? most) =>
        new InOrder(Byte('{'), new Repeated(new InOrder(String, Colon(), value), Comma, least, most), Byte('}'));

    /// <summary>A key and its colon.</summary>
    public static GrammarNode Key(string name) => new InOrder(InOrder.Text(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(name, _plain))), Colon());

    /// <summary>One value, as it is written.</summary>
    public static GrammarNode Literal(JsonElement value) => InOrder.Text(JsonSerializer.SerializeToUtf8Bytes(value, _plain));

    static InOrder Colon() => new(Byte(':'), OneOf.Optional(Byte(' ')));

    static OneOf WholeNumber() => new(Byte('0'), new InOrder(new OneByte((0x31, 0x39)), new Repeated(_digit, InOrder.Empty, 0, MostDigits - 1)));

    // Halves of a surrogate pair come together.
    static OneOf EscapedUnit() => new(
        new InOrder(new OneByte((0x30, 0x39), (0x41, 0x43), (0x45, 0x46), (0x61, 0x63), (0x65, 0x66)), _hex, _hex, _hex),
        new InOrder(OneByte.Of("dD"u8), new OneByte((0x30, 0x37)), _hex, _hex),
        new InOrder(
            OneByte.Of("dD"u8), OneByte.Of("89abAB"u8), _hex, _hex, InOrder.Text("\\u"u8), OneByte.Of("dD"u8), OneByte.Of("cdefCDEF"u8), _hex, _hex));

    static OneOf ValueOf(int depth)
    {
        GrammarNode[] plain = [String, Number, Boolean, Null];
        var value = new OneOf(plain);
        for (int level = 0; level < depth; level++)
        {
            value = new OneOf([MapOf(value, 0, null), ArrayOf(value, 0, null), .. plain]);
        }

        return value;
    }
}
