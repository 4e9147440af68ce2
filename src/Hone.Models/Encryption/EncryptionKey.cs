using System.Security.Cryptography;

namespace Hone.Models.Encryption;

/// <summary>The key that files at rest are encrypted with: 32 bytes, written as base64 in a file or in the environment.</summary>
public sealed class EncryptionKey
{
    public const int Bytes = 32;

    /// <summary>Environment variable that may hold the key in place of a file.</summary>
    public const string Variable = "HONE_ENCRYPTION_KEY";

    readonly byte[] _key;

    public EncryptionKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes)
        {
            throw new ArgumentException($"A key has {Bytes} bytes, this one {key.Length}.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>The key in the file, else the one in <see cref="Variable"/>; null where there is neither.</summary>
    /// <exception cref="EncryptionException">The file is not there, or either holds something else.</exception>
    public static EncryptionKey? Find(string? file) =>
        file is not null ? Parse(Read(file), file)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Parse(text, $"The environment variable {Variable}")
        : null;

    /// <summary>The key as <see cref="Parse"/> reads it, to be handed on to a process of ours and nowhere else.</summary>
    public string ToText() => Convert.ToBase64String(_key);

    /// <summary>A key for one file and one purpose, which says nothing about this one.</summary>
    internal byte[] Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose, int bytes)
    {
        var derived = new byte[bytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, derived, salt, purpose);
        return derived;
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EncryptionException($"The encryption key file {file} cannot be read; make one with: head -c {Bytes} /dev/urandom | base64 > {file}", e);
        }
    }

    // The text is never part of the message.
    public static EncryptionKey Parse(string text, string place)
    {
        Span<byte> key = stackalloc byte[Bytes];
        return Convert.TryFromBase64String(text.Trim(), key, out int written) && written == Bytes
            ? new(key)
            : throw new EncryptionException($"{place} must hold {Bytes} bytes as base64; make them with: head -c {Bytes} /dev/urandom | base64");
    }
}

/// <summary>An encrypted file cannot be read: the sentence says whether the key is another, or the file was changed.</summary>
public sealed class EncryptionException(string message, Exception? inner = null) : Exception(message, inner);
