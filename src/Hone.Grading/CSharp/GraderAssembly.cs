using System.Reflection;
using System.Runtime.Loader;
using Hone.Grading.Workers;

namespace Hone.Grading.CSharp;

/// <summary>A compiled grader in its process: its assembly is loaded, its class found and made.</summary>
static class GraderAssembly
{
    /// <exception cref="GraderAssemblyException">There is no such class, or it cannot be made.</exception>
    public static IGrader Load(string path, string? className)
    {
        var context = new Context(path);
        return Make(Choose(TypesOf(context.LoadFromAssemblyPath(path)), className));
    }

    static Type Choose(IReadOnlyList<Type> types, string? className)
    {
        Type[] graders = [.. types.Where(IsGrader)];
        Type[] named = className is null ? graders : [.. graders.Where(type => type.Name == className || type.FullName == className)];
        string list = string.Join(", ", graders.Select(type => type.Name));
        return named switch
        {
            [var only] => only,
            [] when graders.Length == 0 => throw new GraderAssemblyException(Hidden(types)),
            [] => throw new GraderAssemblyException($"there is no grader class {className}; there is {list}."),
            _ => throw new GraderAssemblyException($"there are {named.Length} graders ({list}); say which with \"class\"."),
        };
    }

    static bool IsGrader(Type type) => type is { IsClass: true, IsAbstract: false, IsVisible: true } && Implements(type);

    static bool Implements(Type type) => typeof(IAnswerGrader).IsAssignableFrom(type) || typeof(IGrader).IsAssignableFrom(type);

    static string Hidden(IReadOnlyList<Type> types) => types.FirstOrDefault(type => type is { IsClass: true, IsAbstract: false } && Implements(type)) is { } hidden
        ? $"the class {hidden.Name} is not public; write \"public\" before it."
        : "there is no public class that implements IAnswerGrader or IGrader.";

    static IGrader Make(Type type)
    {
        if (type.GetConstructor([]) is null)
        {
            throw new GraderAssemblyException($"{type.Name} has no public constructor without parameters.");
        }

        try
        {
            object made = Activator.CreateInstance(type)!;
            return made as IGrader ?? new OneByOne((IAnswerGrader)made);
        }
        catch (TargetInvocationException e)
        {
            throw new GraderAssemblyException($"the constructor of {type.Name} failed: {Failure.Of(e.InnerException!)}");
        }
    }

    static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            throw new GraderAssemblyException($"a part of it cannot be loaded: {e.LoaderExceptions.FirstOrDefault()?.Message}");
        }
    }

    // Hone.Grading is the one that runs here: a copy beside the grader would have other types of the same names.
    sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path), isCollectible: true)
    {
        readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName name) =>
            name.Name == typeof(IGrader).Assembly.GetName().Name ? typeof(IGrader).Assembly
            : _resolver.ResolveAssemblyToPath(name) is { } found ? LoadFromAssemblyPath(found)
            : null;

        protected override nint LoadUnmanagedDll(string name) =>
            _resolver.ResolveUnmanagedDllToPath(name) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
    }

    /// <summary>A grader of single answers as one of batches.</summary>
    public sealed class OneByOne(IAnswerGrader grader) : IGrader
    {
        public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
            Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(GradeOne)]);

        Grade GradeOne(GradingItem item)
        {
            try
            {
                return grader.Grade(item) ?? item.Failed(WorkerFault.Answer, "it returned null instead of a grade.");
            }
            catch (Exception e)
            {
                return item.Failed(WorkerFault.Exception, Failure.Of(e));
            }
        }
    }
}

/// <summary>A compiled grader that cannot be used, as a sentence.</summary>
sealed class GraderAssemblyException(string sentence) : Exception(sentence);
