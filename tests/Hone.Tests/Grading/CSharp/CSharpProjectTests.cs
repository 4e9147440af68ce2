using Hone.Grading.CSharp;
using Hone.Tests.Jobs;

namespace Hone.Tests.Grading.CSharp;

public sealed class CSharpProjectTests : IDisposable
{
    readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.csproj", "")]
    [InlineData("a.csproj,b.csproj", "there are 2 .csproj files in ")]
    [InlineData("a.cs", "there is no .csproj file in ")]
    public void The_project_of_a_folder_is_its_only_one(string files, string problem)
    {
        foreach (string file in files.Split(','))
        {
            _folder.File(file);
        }

        Assert.StartsWith(problem, CSharpProject.Find(_folder.Path).Problem);
    }

    [Fact]
    public void What_builds_leave_behind_is_no_source()
    {
        foreach (string file in new[] { "a.csproj", "B.cs", "deep/C.cs", "bin/D.dll", "obj/E.json", "deep/obj/F.cs", ".git/G" })
        {
            _folder.File(file);
        }

        var sources = CSharpProject.Sources(_folder.In("a.csproj")).Select(path => Path.GetRelativePath(_folder.Path, path));

        Assert.Equal(["B.cs", "a.csproj", "deep/C.cs"], sources);
    }
}
