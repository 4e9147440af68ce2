using Hone.Server.Accounts;

namespace Hone.Server.Registry;

/// <summary>The ways to name a model, taken apart.</summary>
/// <param name="Base">A base model's id, or null.</param>
/// <param name="Code">The twelve characters of a custom model, or null.</param>
/// <param name="Deployment">A deployment's id, or null.</param>
/// <param name="Name">Any id or name, or null.</param>
sealed record ModelReference(string? Base, string? Code, string? Deployment, string? Name)
{
    /// <returns>Null for an ARN that names nothing of this account.</returns>
    public static ModelReference? Parse(Caller caller, string reference)
    {
        if (!reference.StartsWith("arn:", StringComparison.Ordinal))
        {
            return new(null, null, null, reference);
        }

        // A base model's id may hold colons, so only the first five part an ARN.
        if (reference.Split(':', 6) is not [_, _, "bedrock", _, var account, var resource] || resource.Split('/', 2) is not [var kind, var id])
        {
            return null;
        }

        bool isOwn = account == caller.Account;
        return kind switch
        {
            "foundation-model" => new(id, null, null, null),
            "custom-model" when isOwn => new(null, id[(id.LastIndexOf('/') + 1)..], null, null),
            "custom-model-deployment" when isOwn => new(null, null, id, null),
            _ => null,
        };
    }
}
