using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Hone.Models.Encryption;

namespace Hone.Models.Weights;

/// <summary>The JSON files beside weights: read strictly, written durably with the same bytes for the same content.</summary>
static class JsonFile
{
    // The index of the largest models has some megabytes, tokenizer.json at most 40. Parsed, a file takes up to seven times its size.
    const long MostBytes = 128L << 20;

    static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    static readonly JsonWriterOptions _indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <returns>A document whose root is an object.</returns>
    /// <exception cref="ModelFileException">The file is missing or does not hold one JSON object without duplicate keys.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            byte[] bytes = Bytes(path);
            RequireText(path, bytes);
            var document = JsonDocument.Parse(bytes, _strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document
                : throw new ModelFileException(path, "the file must hold one JSON object.");
        }
        catch (JsonException defect)
        {
            string where = defect.LineNumber is { } line ? $" at line {line + 1}, byte {defect.BytePositionInLine + 1}" : "";
            throw new ModelFileException(path, $"the file is no JSON{where}, or holds a key twice.");
        }
        catch (InvalidOperationException)
        {
            throw new ModelFileException(path, "the file is no JSON: it holds half of a surrogate pair (such as \\ud800 alone), which is no character.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, File.Exists(path) ? $"the file cannot be read: {failure.Message}" : "the file is missing.");
        }
    }

    static byte[] Bytes(string path) => new FileInfo(path) is { Exists: true, Length: > MostBytes } large
        ? throw new ModelFileException(path, $"the file has {large.Length:N0} bytes, but {MostBytes:N0} are the most that such a file may have.")
        : SealedFile.ReadAllBytes(path);

    // Bytes that are no UTF-8 and halves of surrogate pairs pass the parser and would fail wherever the text is first looked at.
    static void RequireText(string path, byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new ModelFileException(path, "the file is no JSON: it holds bytes that are no UTF-8 text.");
        }

        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            _ = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped ? reader.GetString() : null;
        }
    }

    public static void Write(string path, Action<Utf8JsonWriter> write) =>
        DurableFile.Write(path, file =>
        {
            using (var json = new Utf8JsonWriter(file, _indented))
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }

            file.WriteByte((byte)'\n');
        });
}
