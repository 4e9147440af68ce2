using Hone.Server.Accounts;
using Hone.Server.Registry;

namespace Hone.Server.Bedrock;

/// <summary>Names in addresses: SDKs encode the slashes of an ARN, people at a terminal do not.</summary>
static class References
{
    /// <summary>What stands in the place of <c>{**rest}</c>, without the operation behind it.</summary>
    /// <exception cref="ApiProblem">The address does not end with <paramref name="suffix"/>.</exception>
    public static string Reference(this HttpContext context, string suffix = "")
    {
        string rest = (string?)context.Request.RouteValues["rest"] ?? "";
        return rest.EndsWith(suffix, StringComparison.Ordinal) && rest.Length > suffix.Length
            ? rest[..(rest.Length - suffix.Length)].Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : throw NoOperation(context);
    }

    public static ApiProblem NoOperation(HttpContext context) =>
        new(ProblemKind.NotFound, $"There is no operation {context.Request.Method} {context.Request.Path}; docs/api-bedrock.md lists them.")
        {
            Code = "UnknownOperationException",
        };

    public static async Task<ServedModel?> FindOrNull(this IModels models, Caller caller, string reference, CancellationToken stop)
    {
        try
        {
            return await models.Find(caller, reference, stop);
        }
        catch (ApiProblem problem) when (problem.Kind == ProblemKind.NotFound)
        {
            return null;
        }
    }
}
