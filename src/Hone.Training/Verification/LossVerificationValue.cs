using System.Text.Json;

namespace Hone.Training.Verification;

/// <summary>A value of a JSON file of reference numbers that knows where it stands, so that a wrong file is named to the place.</summary>
readonly struct LossVerificationValue
{
    readonly string _file, _path;
    readonly JsonElement _element;

    LossVerificationValue(string file, string path, JsonElement element)
    {
        _file = file;
        _path = path;
        _element = element;
    }

    /// <exception cref="VerificationException">The file is missing or is not JSON.</exception>
    public static LossVerificationValue Open(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return new(file, "", document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new VerificationException(
                $"{file} is not JSON (line {e.LineNumber + 1}); put back the file as its generator wrote it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerificationException($"{file} cannot be read; a losses folder needs it. ({e.Message})", e);
        }
    }

    public bool IsNull => _element.ValueKind == JsonValueKind.Null;

    public LossVerificationValue this[string name] =>
        _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out var value)
            ? new(_file, _path.Length == 0 ? name : $"{_path}.{name}", value)
            : throw new VerificationException($"{_file}: {Place} has no '{name}'; put back the file as its generator wrote it.");

    /// <summary>Whether the object has the member and the member is not null.</summary>
    public bool Has(string name) =>
        _element.ValueKind == JsonValueKind.Object
        && _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public IEnumerable<string> Names =>
        _element.ValueKind == JsonValueKind.Object
            ? _element.EnumerateObject().Select(member => member.Name)
            : throw Unlike("an object");

    public LossVerificationValue[] Items
    {
        get
        {
            if (_element.ValueKind != JsonValueKind.Array)
            {
                throw Unlike("a list");
            }

            var items = new LossVerificationValue[_element.GetArrayLength()];
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = new(_file, $"{_path}[{i}]", _element[i]);
            }

            return items;
        }
    }

    public bool IsList => _element.ValueKind == JsonValueKind.Array;

    public string Text => _element.ValueKind == JsonValueKind.String ? _element.GetString()! : throw Unlike("a text");

    public bool Flag => _element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unlike("true or false"),
    };

    /// <summary>A number; null is NaN.</summary>
    public double Number =>
        IsNull ? double.NaN
        : _element.ValueKind == JsonValueKind.Number ? _element.GetDouble()
        : throw Unlike("a number");

    public int Integer =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetInt32(out int value) ? value : throw Unlike("a whole number");

    /// <summary>A list of numbers, however deep, one after another.</summary>
    public double[] Numbers => [.. Flat()];

    /// <summary>Rows of numbers, each as wide as the first.</summary>
    public double[][] Rows(int rows, int width)
    {
        double[][] table = [.. Items.Select(row => row.Numbers)];
        return table.Length == rows && table.All(row => row.Length == width)
            ? table
            : throw Unlike($"{rows} rows of {width} numbers");
    }

    public VerificationException Unlike(string expected) =>
        new($"{_file}: {Place} is not {expected}; put back the file as its generator wrote it.");

    string Place => _path.Length == 0 ? "the file" : _path;

    IEnumerable<double> Flat() => IsList ? Items.SelectMany(item => item.Flat()) : [Number];
}
