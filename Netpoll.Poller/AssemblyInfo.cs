using System.Runtime.CompilerServices;

// Every native structure here is blittable: no marshalling code stands between a system call and its arguments.
[assembly: DisableRuntimeMarshalling]
