using System.Runtime.InteropServices;

namespace Hone.Bench.Machine;

/// <summary>What /proc/cpuinfo says of the processor.</summary>
/// <param name="Family">Vendor's number of the design; 0 if unknown.</param>
public sealed record ProcessorName(string Vendor, string Model, int Family, int ModelNumber)
{
    /// <summary>The design in a word: <c>zen4</c>, <c>zen5</c>, or vendor-family-model.</summary>
    public string Design => (Vendor, Family, ModelNumber) switch
    {
        ("AuthenticAMD", 25, (>= 0x10 and <= 0x1f) or (>= 0x60 and <= 0x7f)) => "zen4",
        ("AuthenticAMD", 26, _) => "zen5",
        ("", _, _) => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        _ => $"{Vendor.Replace("Authentic", "", StringComparison.Ordinal).Replace("Genuine", "", StringComparison.Ordinal).ToLowerInvariant()}-{Family}-{ModelNumber}",
    };

    /// <summary>A folder's name for results of this machine, such as <c>zen4-2core</c>.</summary>
    public string FolderFor(int processors) => $"{Design}-{processors}core";

    public override string ToString() => Family == 0 ? Design : $"{Model} (family {Family} model {ModelNumber}, {Design})";

    public static ProcessorName Here() =>
        File.Exists("/proc/cpuinfo") ? Parse(File.ReadLines("/proc/cpuinfo")) : new("", "", 0, 0);

    /// <summary>The first processor of a /proc/cpuinfo.</summary>
    public static ProcessorName Parse(IEnumerable<string> cpuinfo)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in cpuinfo.TakeWhile(line => line.Trim().Length > 0))
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
            {
                fields.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        return new(
            fields.GetValueOrDefault("vendor_id", ""), fields.GetValueOrDefault("model name", ""), Number("cpu family"), Number("model"));

        int Number(string name) => int.TryParse(fields.GetValueOrDefault(name), out int value) ? value : 0;
    }
}
