using System.Security.Cryptography;
using System.Text;

namespace Hone.Models.Encryption;

/// <summary>
/// A single value, encrypted for a column of a database: 4 bytes that name the form, 16 of salt, AES-256-GCM under a key that is
/// HKDF-SHA256(key, salt) and used this once, a tag of 16 bytes.
/// </summary>
public static class SealedValue
{
    const int SaltBytes = 16, TagBytes = 16;
    const string TextStart = "hone-sealed:";

    /// <summary>Bytes that a value has more than what it holds.</summary>
    public static int ExtraBytes => Start.Length + SaltBytes + TagBytes;

    /// <summary>How every sealed value begins. Token ids, which stand in columns of bytes too, are all less than this.</summary>
    public static ReadOnlySpan<byte> Start => "HNV1"u8;

    static ReadOnlySpan<byte> Purpose => "hone value"u8;

    public static byte[] Seal(EncryptionKey key, ReadOnlySpan<byte> plain)
    {
        byte[] sealedValue = new byte[ExtraBytes + plain.Length];
        Start.CopyTo(sealedValue);
        var salt = sealedValue.AsSpan(Start.Length, SaltBytes);
        RandomNumberGenerator.Fill(salt);
        using var cipher = Cipher(key, salt);
        cipher.Encrypt(new byte[EncryptedLayout.NonceBytes], plain, sealedValue.AsSpan(Start.Length + SaltBytes, plain.Length), sealedValue.AsSpan()[^TagBytes..]);
        return sealedValue;
    }

    public static bool IsSealed(ReadOnlySpan<byte> value) => value.Length >= ExtraBytes && value.StartsWith(Start);

    /// <param name="place">What messages call the place where the value stands.</param>
    /// <exception cref="EncryptionException">Encrypted with another key, or changed.</exception>
    public static byte[] Open(EncryptionKey key, ReadOnlySpan<byte> sealedValue, string place)
    {
        byte[] plain = new byte[sealedValue.Length - ExtraBytes];
        using var cipher = Cipher(key, sealedValue.Slice(Start.Length, SaltBytes));
        try
        {
            cipher.Decrypt(new byte[EncryptedLayout.NonceBytes], sealedValue.Slice(Start.Length + SaltBytes, plain.Length), sealedValue[^TagBytes..], plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new EncryptionException($"{place} holds values that were encrypted with another key than the one this program has, or were changed.", e);
        }
    }

    /// <summary>A value for a column of text; without a key, the text itself.</summary>
    public static string SealText(EncryptionKey? key, string text) =>
        key is null ? text : TextStart + Convert.ToBase64String(Seal(key, Encoding.UTF8.GetBytes(text)));

    /// <summary>What <see cref="SealText"/> was given; a text that it did not make comes back as it is.</summary>
    /// <exception cref="EncryptionException">There is no key, or it is another one.</exception>
    public static string OpenText(EncryptionKey? key, string text, string place)
    {
        byte[] bytes = new byte[text.Length];
        if (!text.StartsWith(TextStart, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(text[TextStart.Length..], bytes, out int length) || !IsSealed(bytes.AsSpan(0, length)))
        {
            return text;
        }

        return Encoding.UTF8.GetString(Open(
            key ?? throw new EncryptionException($"{place} holds values that are encrypted, but this program has no key."), bytes.AsSpan(0, length), place));
    }

    static AesGcm Cipher(EncryptionKey key, ReadOnlySpan<byte> salt) => new(key.Derive(salt, Purpose, EncryptionKey.Bytes), TagBytes);
}
