namespace Hone.Server.Signing;

static class SigningServices
{
    public static void AddSigning(this IServiceCollection services)
    {
        services.AddSingleton<UsedSignatures>();
        services.AddSingleton<ISignatureVerifier, SignatureVerifier>();
    }
}
