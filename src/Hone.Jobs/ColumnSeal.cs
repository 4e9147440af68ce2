using System.Text;
using Hone.Models.Encryption;
using Microsoft.Data.Sqlite;

namespace Hone.Jobs;

/// <summary>
/// What of run.db is encrypted where the run's folder has a key: the columns of words and of tokens. Numbers, ids and names stay as they are, so
/// that the database can still order and count. A database that began without the key may hold both.
/// </summary>
sealed class ColumnSeal
{
    // Takes a stored value and gives the text; Sql() uses it.
    const string Function = "opened";

    readonly string _place;
    readonly EncryptionKey? _key;

    ColumnSeal(string place, EncryptionKey? key) => (_place, _key) = (place, key);

    public static ColumnSeal Of(SqliteConnection connection) => new(connection.DataSource, SealedFile.KeyFor(connection.DataSource));

    /// <summary>Length of the tokens' bytes, as an expression.</summary>
    public string TokensLength => _key is null ? "length(tokens)"
        : $"(length(tokens) - iif(substr(tokens, 1, {SealedValue.Start.Length}) = x'{Convert.ToHexString(SealedValue.Start)}', {SealedValue.ExtraBytes}, 0))";

    /// <summary>The text of a column, as an expression.</summary>
    public string Sql(string column) => _key is null ? column : $"{Function}({column})";

    /// <summary>Makes expressions of <see cref="Sql"/> known to a connection.</summary>
    public void Teach(SqliteConnection connection)
    {
        if (_key is not null)
        {
            connection.CreateFunction(Function, (object? stored) => stored is null or DBNull ? null : Text(stored), isDeterministic: true);
        }
    }

    /// <summary>What is stored for a text.</summary>
    public object? Seal(string? text) => _key is null || text is null ? text : SealedValue.Seal(_key, Encoding.UTF8.GetBytes(text));

    /// <summary>What is stored for bytes.</summary>
    public byte[] Seal(byte[] bytes) => _key is null ? bytes : SealedValue.Seal(_key, bytes);

    public string Text(object stored) => stored is byte[] bytes ? Encoding.UTF8.GetString(Bytes(bytes)) : (string)stored;

    public string? TextOrNull(object? stored) => stored is null ? null : Text(stored);

    public byte[] Bytes(byte[] stored) => SealedValue.IsSealed(stored) ? SealedValue.Open(_key ?? SealedFile.KeyToRead(_place), stored, _place) : stored;
}
