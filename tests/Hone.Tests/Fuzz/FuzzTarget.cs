using System.Buffers.Binary;
using System.Text;
using Hone.Tests.Models;

namespace Hone.Tests.Fuzz;

/// <summary>Files that a user may hand over, and what is done with them.</summary>
/// <param name="folder">Holds the files while they are whole. Damaged ones are written elsewhere.</param>
/// <param name="read">Reads the folder that is given to it, to the end.</param>
abstract class FuzzTarget(TemporaryFolder folder, Action<string> read) : IDisposable
{
    /// <summary>Garbage included.</summary>
    public long MostBytes { get; init; } = 1L << 29;

    public void Read(string path) => read(path);

    /// <summary>Writes the files, one or two of them damaged.</summary>
    public abstract void Damage(string path, Random random);

    /// <summary>Writes the files as they are.</summary>
    public abstract void Copy(string path);

    public void Dispose() => folder.Dispose();
}

/// <summary>A folder of files, JSON and others, told apart by their names.</summary>
sealed class FolderTarget : FuzzTarget
{
    readonly Dictionary<string, byte[]> _whole;
    readonly string[] _names;

    /// <param name="folder">With the files.</param>
    /// <param name="read">Reads the folder that is given to it, to the end.</param>
    /// <param name="names">The files to damage; all where there are none.</param>
    public FolderTarget(TemporaryFolder folder, Action<string> read, params string[] names)
        : base(folder, read)
    {
        _whole = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder.Path, file), File.ReadAllBytes, StringComparer.Ordinal);
        _names = names.Length > 0 ? names : [.. _whole.Keys.Order(StringComparer.Ordinal)];
    }

    public override void Damage(string path, Random random)
    {
        var chosen = Enumerable.Range(0, random.Next(5) == 0 ? 2 : 1).Select(_ => _names[random.Next(_names.Length)]).ToHashSet();
        Write(path, (name, bytes) => chosen.Contains(name) ? Damaged(name, bytes, random) : bytes);
    }

    public override void Copy(string path) => Write(path, (_, bytes) => bytes);

    void Write(string path, Func<string, byte[], byte[]> content)
    {
        foreach (var (name, bytes) in _whole)
        {
            string file = Path.Combine(path, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content(name, bytes));
        }
    }

    byte[] Damaged(string name, byte[] bytes, Random random) => (Path.GetExtension(name), random.Next(4)) switch
    {
        (_, 0) => ByteMutation.Damage(bytes, random),
        (_, 1) when random.Next(4) == 0 => ByteMutation.Damage(Other(random), random),
        (".json", _) => JsonMutation.Damage(bytes, random),
        (".jsonl", _) => Lines(bytes, random),
        (".safetensors", _) => Header(bytes, random),
        _ => ByteMutation.Damage(bytes, random),
    };

    byte[] Other(Random random) => _whole.Values.ElementAt(random.Next(_whole.Count));

    static byte[] Lines(byte[] bytes, Random random)
    {
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        int at = random.Next(lines.Length);
        byte[] damaged = JsonMutation.Damage(Encoding.UTF8.GetBytes(lines[at]), random);
        return [.. Encoding.UTF8.GetBytes(string.Join('\n', lines[..at]) + "\n"), .. damaged, .. Encoding.UTF8.GetBytes("\n" + string.Join('\n', lines[(at + 1)..]))];
    }

    // The length before the header is that of the damaged one, but for one in four.
    static byte[] Header(byte[] bytes, Random random)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        byte[] header = JsonMutation.Damage(bytes[sizeof(long)..(sizeof(long) + length)], random), stated = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(stated, random.Next(4) == 0 ? length : header.Length);
        return [.. stated, .. header, .. bytes[(sizeof(long) + length)..]];
    }
}

/// <summary>A chat template in a file, made anew for each seed.</summary>
sealed class TemplateTarget(TemporaryFolder folder, Action<string> read) : FuzzTarget(folder, read)
{
    public const string Name = "template.jinja";

    public override void Damage(string path, Random random)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(RandomTemplate.Make(random));
        File.WriteAllBytes(Path.Combine(path, Name), random.Next(4) == 0 ? ByteMutation.Damage(bytes, random) : bytes);
    }

    public override void Copy(string path) => File.WriteAllText(Path.Combine(path, Name), "{% for m in messages %}{{ m.content }}{% endfor %}");
}
