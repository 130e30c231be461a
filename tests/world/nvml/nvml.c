/* Stands in for libnvidia-ml.so.1: the calls that memwizard makes, with NVML's names and layouts (nvml.h, version 13).
 *
 * What it answers is read anew by nvmlInitWithFlags (said.h). What has no line is not supported (3).
 * Built with -DOLD it is a driver of 2021, without newer symbols.
 */
#include "said.h"

enum { UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, NOT_LOADED = 9,
       ARGUMENT_VERSION_MISMATCH = 25, GPUS = 64, SLOTS = 16 };
typedef unsigned long long u64;
typedef struct device { int gpu, slot; } *device_t;
typedef struct { u64 total, free, used; } memory_t;
typedef struct { unsigned version; u64 total, reserved, free, used; } memory_v2_t;
typedef struct { unsigned pid; u64 used; unsigned gpu_instance, compute_instance; } process_t;

static struct device devices[GPUS][SLOTS + 1];

static int started(void) {
    if (read_lines()) return NOT_LOADED;
    for (int gpu = 0; gpu < GPUS; gpu++)
        for (int slot = 0; slot <= SLOTS; slot++) devices[gpu][slot] = (struct device){gpu, slot - 1};
    return OK;
}

static answer_t asked_of(device_t device, const char *call) {
    char where[16];
    if (lines < 0) return (answer_t){UNINITIALIZED, 0, 0};
    if (device < &devices[0][0] || device > &devices[GPUS - 1][SLOTS]) return (answer_t){INVALID_ARGUMENT, 0, 0};
    if (device->slot < 0) snprintf(where, sizeof where, "%d", device->gpu);
    else snprintf(where, sizeof where, "%d/%d", device->gpu, device->slot);
    return asked(where, call);
}

static int wanted(answer_t answer) { return answer.code == NO_LINE ? NOT_SUPPORTED : answer.code; }
static int optional(answer_t answer) { return answer.code == NO_LINE ? OK : answer.code; }

static int text(answer_t answer, char *to, unsigned room) {
    if (wanted(answer)) return wanted(answer);
    if (!to) return INVALID_ARGUMENT;
    if ((unsigned)answer.length + 1 > room) return INSUFFICIENT_SIZE;
    memcpy(to, answer.text, (size_t)answer.length + 1);
    return OK;
}

static int number(answer_t answer, unsigned *to) {
    if (!wanted(answer)) *to = (unsigned)strtoul(answer.text, 0, 10);
    return wanted(answer);
}

int nvmlInitWithFlags(unsigned flags) {
    int code = flags ? INVALID_ARGUMENT : started();
    return code ? code : optional(asked("-", __func__));
}

int nvmlSystemGetDriverVersion(char *to, unsigned room) { return text(asked("-", __func__), to, room); }

int nvmlSystemGetProcessName(unsigned pid, char *to, unsigned room) {
    char call[64];
    int code = optional(asked("-", __func__));
    snprintf(call, sizeof call, "%s:%u", __func__, pid);
    return code ? code : text(asked("-", call), to, room);
}

int nvmlDeviceGetCount_v2(unsigned *count) { return number(asked("-", __func__), count); }

int nvmlDeviceGetHandleByIndex_v2(unsigned index, device_t *device) {
    if (index >= GPUS) return INVALID_ARGUMENT;
    *device = &devices[index][0];
    return optional(asked_of(*device, __func__));
}

int nvmlDeviceGetName(device_t device, char *to, unsigned room) { return text(asked_of(device, __func__), to, room); }

int nvmlDeviceGetUUID(device_t device, char *to, unsigned room) { return text(asked_of(device, __func__), to, room); }

int nvmlDeviceGetCudaComputeCapability(device_t device, int *major, int *minor) {
    answer_t answer = asked_of(device, __func__);
    if (!wanted(answer)) sscanf(answer.text, "%d.%d", major, minor);
    return wanted(answer);
}

/* TOTAL RESERVED USED FREE, of which the first version of the call counts what is reserved as used. */
int nvmlDeviceGetMemoryInfo(device_t device, memory_t *memory) {
    answer_t answer = asked_of(device, __func__);
    u64 reserved = 0;
    if (wanted(answer)) return wanted(answer);
    sscanf(answer.text, "%llu %llu %llu %llu", &memory->total, &reserved, &memory->used, &memory->free);
    memory->used += reserved;
    return OK;
}

int nvmlDeviceGetMigMode(device_t device, unsigned *now, unsigned *pending) {
    answer_t answer = asked_of(device, __func__);
    if (!wanted(answer)) sscanf(answer.text, "%u %u", now, pending);
    return wanted(answer);
}

int nvmlDeviceGetMaxMigDeviceCount(device_t device, unsigned *count) {
    return number(asked_of(device, __func__), count);
}

int nvmlDeviceGetMigDeviceHandleByIndex(device_t device, unsigned slot, device_t *found) {
    char where[16];
    int code = optional(asked_of(device, __func__));
    if (code) return code;
    if (slot >= SLOTS) return INVALID_ARGUMENT;
    snprintf(where, sizeof where, "%d/%u", device->gpu, slot);
    for (int i = 0; i < lines; i++)
        if (!strcmp(said[i].where, where)) {
            *found = &devices[device->gpu][slot + 1];
            return OK;
        }
    return NOT_FOUND;
}

int nvmlDeviceGetGpuInstanceId(device_t device, unsigned *id) { return number(asked_of(device, __func__), id); }

#ifndef OLD
int nvmlSystemGetCudaDriverVersion_v2(int *version) { return number(asked("-", __func__), (unsigned *)version); }

int nvmlDeviceGetMemoryInfo_v2(device_t device, memory_v2_t *memory) {
    if (memory->version != (sizeof *memory | 2u << 24)) return ARGUMENT_VERSION_MISMATCH;
    answer_t answer = asked_of(device, __func__);
    if (wanted(answer)) return wanted(answer);
    sscanf(answer.text, "%llu %llu %llu %llu", &memory->total, &memory->reserved, &memory->used, &memory->free);
    return OK;
}

/* "PID:BYTES PID:-", the latter for one whose bytes the driver does not tell. */
static int running(answer_t answer, unsigned *count, process_t *to) {
    unsigned found = 0;
    if (optional(answer)) return answer.code;
    for (const char *at = answer.text ? answer.text : ""; *at; at += strcspn(at, " "), at += strspn(at, " "), found++)
        if (to && found < *count) {
            char *used;
            memset(to + found, 0xff, sizeof *to);
            to[found].pid = (unsigned)strtoul(at, &used, 10);
            if (used[1] != '-') to[found].used = strtoull(used + 1, 0, 10);
        }
    int code = found > *count ? INSUFFICIENT_SIZE : OK;
    *count = found;
    return code;
}

int nvmlDeviceGetComputeRunningProcesses_v3(device_t device, unsigned *count, process_t *to) {
    return running(asked_of(device, __func__), count, to);
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(device_t device, unsigned *count, process_t *to) {
    return running(asked_of(device, __func__), count, to);
}
#endif
