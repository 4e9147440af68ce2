using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hone.Cli.Recipes;

/// <summary>A prompt that a recipe writes: one user turn and the reference that a grader compares with.</summary>
sealed record RecipePrompt(string User, string Reference);

/// <summary>Writes prompts as a job reads them, one a line.</summary>
static class Jsonl
{
    static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="thinks">False: chat templates that can are told to leave the thinking out. Null: nothing is said.</param>
    public static void Write(string folder, string name, IEnumerable<RecipePrompt> prompts, bool? thinks = null)
    {
        using var file = File.Create(Path.Combine(folder, $"{name}.jsonl"));
        using var json = new Utf8JsonWriter(file, _plain);
        int number = 0;
        foreach (var prompt in prompts)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{name}-{++number:D4}");
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.WriteString("content", prompt.User);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteString("reference_answer", prompt.Reference);
            if (thinks is { } thinking)
            {
                json.WriteStartObject("chat_template_kwargs");
                json.WriteBoolean("enable_thinking", thinking);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.Flush();
            file.WriteByte((byte)'\n');
            json.Reset();
        }
    }
}
