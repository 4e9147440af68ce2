namespace Hone.Models.Gguf;

/// <summary>Keys and values at the head of a GGUF file, in the order in which they are written.</summary>
sealed class GgufMetadata
{
    readonly List<KeyValuePair<string, object>> _values = [];

    /// <summary>Values: bool, uint, int, float, string, string[], float[], int[].</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Values => _values;

    public void Add(string key, bool value) => _values.Add(new(key, value));

    public void Add(string key, int value) => _values.Add(new(key, checked((uint)value)));

    public void Add(string key, float value) => _values.Add(new(key, value));

    public void Add(string key, string value) => _values.Add(new(key, value));

    public void Add(string key, string[] values) => _values.Add(new(key, values));

    public void Add(string key, float[] values) => _values.Add(new(key, values));

    public void Add(string key, int[] values) => _values.Add(new(key, values));
}
