using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Models.Weights;

/// <summary>The JSON files beside weights: read strictly, written durably with the same bytes for the same content.</summary>
static class JsonFile
{
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
            var document = JsonDocument.Parse(File.ReadAllBytes(path), _strict);
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
            throw new ModelFileException(path, "the file is no JSON: it holds a name that is no valid text.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(path, File.Exists(path) ? $"the file cannot be read: {failure.Message}" : "the file is missing.");
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
