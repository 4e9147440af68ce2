using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Hone.Server.Store;

namespace Hone.Server.Accounts;

/// <summary>
/// What makes keys secret: bearer tokens <c>hone-ID-RANDOM</c>, of which a hash is kept, and AWS pairs, whose secret is a function of the
/// key's id and of this server's own secret.
/// </summary>
sealed class KeySecrets
{
    public const string TokenStart = "hone-", AccessKeyStart = "HONE";
    public const int IdLength = 12;

    // 40 letters and digits: 206 bits.
    const int RandomLength = 40, SecretBytes = 32, SecretAccessKeyBytes = 30, WebhookSecretBytes = 24;

    static readonly SearchValues<char> _idLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    readonly string _path;
    readonly byte[] _secret;

    public KeySecrets(ServerSettings settings)
    {
        _path = settings.SecretFile ?? Path.Combine(settings.DataFolder, "server.secret");
        _secret = SecretFile.ReadOrMake(_path, SecretBytes);
    }

    /// <summary>Sees to it that all nodes over one database have the same secret: each would refuse what the other signs otherwise.</summary>
    /// <exception cref="ApiProblem">The database knows another one.</exception>
    public async Task RequireSame(Database database, CancellationToken stop)
    {
        // Equal for servers of the same secret; says nothing about it.
        string mine = Convert.ToHexStringLower(HMACSHA256.HashData(_secret, "fingerprint"u8));
        string known = await database.InTransaction(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(
                    "INSERT INTO settings (name, value) VALUES ('secret', @mine) ON CONFLICT (name) DO NOTHING", new { mine }, transaction);
                return await connection.QuerySingleAsync<string>("SELECT value FROM settings WHERE name = 'secret'", transaction: transaction);
            },
            stop);
        if (known != mine)
        {
            throw ApiProblem.Conflict(
                $"{_path} is not the secret that the keys of this database were made with; copy server.secret from the node that made them, or name it: --secret-file.");
        }
    }

    public static string NewToken(string id) => $"{TokenStart}{id}-{Ids.New(RandomLength)}";

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The key that a token names; null where it is not of our form.</summary>
    public static string? IdOf(string token) =>
        token.Length == TokenStart.Length + IdLength + 1 + RandomLength
        && token.StartsWith(TokenStart, StringComparison.Ordinal)
        && token[TokenStart.Length + IdLength] == '-'
        && IsId(token.AsSpan(TokenStart.Length, IdLength))
            ? token.Substring(TokenStart.Length, IdLength)
            : null;

    /// <summary>Sixteen letters and digits, as AWS SDKs demand.</summary>
    public static string AccessKeyIdOf(string id) => AccessKeyStart + id.ToUpperInvariant();

    /// <summary>The key of an access key id; null where it is not of our form.</summary>
    public static string? IdOfAccessKey(string accessKeyId)
    {
        bool fits = accessKeyId.Length == AccessKeyStart.Length + IdLength && accessKeyId.StartsWith(AccessKeyStart, StringComparison.Ordinal);
        string id = fits ? accessKeyId[AccessKeyStart.Length..].ToLowerInvariant() : "";
        return fits && IsId(id) ? id : null;
    }

    public string SecretAccessKeyOf(string id) =>
        Convert.ToBase64String(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes("aws:" + id)), 0, SecretAccessKeyBytes);

    /// <summary>The bytes that a webhook's deliveries are signed with.</summary>
    public byte[] WebhookSecretOf(string id) => HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes("webhook:" + id))[..WebhookSecretBytes];

    static bool IsId(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(_idLetters) < 0;
}
