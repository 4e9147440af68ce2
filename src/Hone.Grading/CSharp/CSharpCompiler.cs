using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Hone.Grading.CSharp;

/// <summary>Compiles a C# file against the framework and Hone.Grading, with the usings that a project has by default.</summary>
/// <remarks>The compiler takes a second and about 100 MB: it runs in a process of its own, through <see cref="CompiledGraders"/>.</remarks>
static class CSharpCompiler
{
    const int MostTold = 20;

    const string DefaultUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Writes the assembly, unless there are errors.</summary>
    /// <returns>The errors, as sentences with line and column; empty where the assembly was written.</returns>
    public static IReadOnlyList<string> Compile(string file, string assembly)
    {
        var syntax = new CSharpParseOptions(LanguageVersion.CSharp14);
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(assembly),
            [Parse(File.ReadAllText(file), syntax, file), Parse(DefaultUsings, syntax, "")],
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));

        using var bytes = new MemoryStream();
        // With its lines inside, so that an exception can say where it was thrown.
        var result = compilation.Emit(bytes, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        var errors = result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)
            .OrderBy(found => found.Location.SourceSpan.Start).ToArray();
        if (errors.Length == 0)
        {
            File.WriteAllBytes(assembly, bytes.ToArray());
            return [];
        }

        var told = errors.Take(MostTold).Select(error => Sentence(file, error));
        return errors.Length <= MostTold ? [.. told] : [.. told, $"{Path.GetFileName(file)} has {errors.Length - MostTold} errors more."];
    }

    static SyntaxTree Parse(string text, CSharpParseOptions syntax, string path) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), syntax, path);

    static IEnumerable<MetadataReference> References()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(IGrader).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    static string Sentence(string file, Diagnostic error)
    {
        var at = error.Location.GetLineSpan().StartLinePosition;
        string place = error.Location.IsInSource ? $"{Path.GetFileName(file)}, line {at.Line + 1}, column {at.Character + 1}" : Path.GetFileName(file);
        string advice = error.Id == "CS8795" ? " A file has no source generators; name a project instead." : "";
        return $"{place}: {error.GetMessage().TrimEnd('.')} ({error.Id}).{advice}";
    }
}
